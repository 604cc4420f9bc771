// SPDX-License-Identifier: Apache-2.0
package dev.ipc.verify;

import static com.tngtech.archunit.lang.conditions.ArchConditions.have;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Names that say what a thing is, and signatures that read at the call. */
class NamesTest {
  private final JavaClasses library = Library.classes();

  @Test
  void noClassIsNamedAfterNothing() {
    noClasses().should().haveNameMatching(".*(Impl|Utils?|Helper|Manager)(\\$.*)?").check(library);
  }

  @Test
  void noPackageIsNamedAfterNothing() {
    noClasses()
        .should()
        .resideInAnyPackage(
            "..impl..", "..internal..", "..util..", "..utils..", "..helper..", "..manager..")
        .check(library);
  }

  @Test
  void publicMethodsTakeAtMostFourParametersAndNoBoolean() {
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.ipc")
        .and(describe("are public or protected", NamesTest::visible))
        .should(have(describe("a boolean or a fifth parameter", NamesTest::clumsy)))
        .check(library);
  }

  @Test
  void publicMethodsHaveNoGetOrSetPrefix() {
    noMethods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAPackage("dev.ipc..")
        .and()
        .areDeclaredInClassesThat()
        .arePublic()
        .and(describe("are public or protected", NamesTest::visible))
        .should()
        .haveNameMatching("(get|set)[A-Z].*")
        .check(library);
  }

  @Test
  void publicSignaturesOfTheContractHaveTypesOfTheJdkAndOurOwnOnly() {
    methods()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage("dev.ipc", "dev.ipc.spi..")
        .and(describe("are public or protected", NamesTest::visible))
        .should(have(describe("types of the JDK and our own", NamesTest::plain)))
        .check(library);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aTransportHasAtMostFourPublicTypes(String transport) {
    List<String> types =
        library.stream()
            .filter(type -> (type.getPackageName() + ".").startsWith(transport + "."))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(JavaClass::isTopLevelClass)
            .map(JavaClass::getName)
            .sorted()
            .toList();
    assertTrue(!types.isEmpty() && types.size() <= 4, types::toString);
  }

  @Test
  void allModulesAreInThisCheck() {
    classes().should().resideInAnyPackage("dev.ipc..").check(library);
    for (String name :
        List.of(
            "dev.ipc",
            "dev.ipc.spi",
            "dev.ipc.testkit",
            "dev.ipc.pipe",
            "dev.ipc.shm",
            "dev.ipc.socket")) {
      assertEquals(name, library.getPackage(name).getName());
    }
  }

  static List<String> transports() {
    return Library.TRANSPORTS;
  }

  private static boolean visible(JavaMethod method) {
    return method.getModifiers().contains(JavaModifier.PUBLIC)
        || method.getModifiers().contains(JavaModifier.PROTECTED);
  }

  private static boolean clumsy(JavaMethod method) {
    return method.getRawParameterTypes().size() > 4
        || method.getRawParameterTypes().stream()
            .anyMatch(type -> type.isEquivalentTo(boolean.class));
  }

  private static boolean plain(JavaMethod method) {
    return method.getAllInvolvedRawTypes().stream()
        .map(JavaClass::getBaseComponentType)
        .allMatch(
            type ->
                type.isPrimitive()
                    || type.getPackageName().startsWith("java.")
                    || type.getPackageName().startsWith("dev.ipc"));
  }

  private static DescribedPredicate<JavaMethod> describe(
      String description, Predicate<JavaMethod> predicate) {
    return DescribedPredicate.describe(description, predicate);
  }
}
