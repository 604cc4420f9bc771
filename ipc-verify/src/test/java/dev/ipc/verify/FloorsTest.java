// SPDX-License-Identifier: Apache-2.0
package dev.ipc.verify;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Imports run downwards only. */
class FloorsTest {
  private static final String[] TRANSPORTS = {
    "dev.ipc.socket..", "dev.ipc.shm..", "dev.ipc.pipe.."
  };
  private static final String[] API = {"dev.ipc", "dev.ipc.spi..", "dev.ipc.inproc.."};
  private static final String[] JDK = {"java..", "javax..", "jdk.."};
  private static final String LOGGING = "org.slf4j..";

  private final JavaClasses library = Library.classes();

  @Test
  void socketsHoldNoReferenceCountedBuffers() {
    noClasses()
        .that()
        .resideInAPackage("dev.ipc.socket..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.netty.buffer..")
        .because("what is not counted cannot leak")
        .check(library);
  }

  @Test
  void sharedMemoryNeedsTheJdkAndAgronaOnly() {
    classes()
        .that()
        .resideInAPackage("dev.ipc.shm..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            join(new String[] {"dev.ipc.shm..", "org.agrona.."}, join(API, JDK, LOGGING)))
        .check(library);
  }

  @Test
  void theApiNeedsTheJdkAndLoggingOnly() {
    check(
        classes()
            .that()
            .resideInAnyPackage(API)
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(join(API, JDK, LOGGING)));
  }

  @Test
  void usersNeverMeetTheSpiOrTheInProcessTransport() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.ipc")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(join(new String[] {"dev.ipc"}, JDK, LOGGING)));
  }

  @Test
  void theSpiStandsOnTheContractOnly() {
    check(
        classes()
            .that()
            .resideInAPackage("dev.ipc.spi..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(join(new String[] {"dev.ipc", "dev.ipc.spi.."}, JDK, LOGGING)));
  }

  @Test
  void transportsNeverMeet() {
    for (String transport : TRANSPORTS) {
      String[] others =
          Stream.of(TRANSPORTS).filter(t -> !t.equals(transport)).toArray(String[]::new);
      check(
          noClasses()
              .that()
              .resideInAPackage(transport)
              .should()
              .dependOnClassesThat()
              .resideInAnyPackage(others));
    }
  }

  @Test
  void nothingBelowATransportKnowsIt() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(join(API, new String[] {}, "dev.ipc.testkit.."))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(TRANSPORTS));
  }

  @Test
  void transportsDoNotNeedTheKit() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.ipc.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.ipc.testkit.."));
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("dev.(**)").should().beFreeOfCycles().check(library);
  }

  private void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(library);
  }

  private static String[] join(String[] first, String[] second) {
    return Stream.of(first, second).flatMap(Stream::of).toArray(String[]::new);
  }

  private static String[] join(String[] first, String[] second, String last) {
    return Stream.of(Stream.of(first), Stream.of(second), Stream.of(last))
        .flatMap(s -> s)
        .toArray(String[]::new);
  }
}
