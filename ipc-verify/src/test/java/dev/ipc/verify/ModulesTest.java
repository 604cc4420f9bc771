// SPDX-License-Identifier: Apache-2.0
package dev.ipc.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The descriptors of the published modules say exactly this. */
@Tag("portable")
class ModulesTest {
  private static final String SERVICE = "dev.ipc.Transport";

  private final ModuleFinder modules = Library.modules();

  @Test
  void api() {
    ModuleDescriptor api = descriptor(Library.API);
    assertEquals(Set.of("org.slf4j"), requires(api));
    assertEquals(Set.of("dev.ipc", "dev.ipc.spi"), exports(api));
    assertEquals(Set.of(SERVICE), api.uses());
    assertEquals(Set.of("dev.ipc.inproc.InprocTransport"), provides(api));
  }

  @Test
  void testkit() {
    ModuleDescriptor testkit = descriptor(Library.TESTKIT);
    assertEquals(
        Set.of(
            "transitive dev.ipc.api",
            "transitive org.junit.jupiter.api",
            "static org.junit.platform.launcher",
            "java.management"),
        requires(testkit));
    assertEquals(Set.of("dev.ipc.testkit"), exports(testkit));
    assertEquals(Set.of(SERVICE), testkit.uses());
    assertEquals(Set.of(), provides(testkit));
  }

  @Test
  void socket() {
    ModuleDescriptor socket = descriptor("dev.ipc.socket");
    assertEquals(
        Set.of(
            "transitive dev.ipc.api",
            "io.netty.common",
            "io.netty.transport",
            "static io.netty.transport.classes.epoll",
            "static io.netty.transport.unix.common",
            "jdk.net",
            "org.slf4j"),
        requires(socket));
    assertEquals(Set.of("dev.ipc.socket"), exports(socket));
    assertEquals(Set.of(), socket.uses());
    assertEquals(Set.of("dev.ipc.socket.SocketTransport"), provides(socket));
  }

  @Test
  void pipe() {
    ModuleDescriptor pipe = descriptor("dev.ipc.pipe");
    assertEquals(Set.of("transitive dev.ipc.api", "org.slf4j"), requires(pipe));
    assertEquals(Set.of("dev.ipc.pipe"), exports(pipe));
    assertEquals(Set.of(), pipe.uses());
    assertEquals(Set.of("dev.ipc.pipe.PipeTransport"), provides(pipe));
  }

  @Test
  void shm() {
    ModuleDescriptor shm = descriptor("dev.ipc.shm");
    assertEquals(
        Set.of("transitive dev.ipc.api", "jdk.net", "jdk.unsupported", "org.agrona", "org.slf4j"),
        requires(shm));
    assertEquals(Set.of("dev.ipc.shm"), exports(shm));
    assertEquals(Set.of(), shm.uses());
    assertEquals(Set.of("dev.ipc.shm.ShmTransport"), provides(shm));
  }

  @ParameterizedTest
  @MethodSource("published")
  void nothingIsOpenButTheChaptersOfTheKitForJunit(String name) {
    ModuleDescriptor module = descriptor(name);
    assertFalse(module.isOpen() || module.isAutomatic(), name);
    Set<String> opened =
        module.opens().stream().map(ModuleDescriptor.Opens::source).collect(Collectors.toSet());
    assertEquals(name.equals(Library.TESTKIT) ? Set.of("dev.ipc.testkit") : Set.of(), opened);
  }

  @ParameterizedTest
  @MethodSource("transports")
  void aTransportExportsAtMostOnePackage(String name) {
    assertTrue(exports(descriptor(name)).size() <= 1, name);
  }

  @ParameterizedTest
  @MethodSource("published")
  void theClassPathFindsTheSameProviders(String name) {
    Set<String> listed =
        ServiceLoader.load(dev.ipc.Transport.class).stream()
            .map(ServiceLoader.Provider::type)
            .map(Class::getName)
            .collect(Collectors.toSet());
    Set<String> provided = provides(descriptor(name));
    assertTrue(listed.containsAll(provided), () -> "services=" + listed + " module=" + provided);
  }

  @Test
  void allTransportsLoadFromTheModulePath() throws ReflectiveOperationException {
    ModuleLayer layer = resolve(Library.TRANSPORTS);
    Class<?> ipc = Class.forName(layer.findModule(Library.API).orElseThrow(), "dev.ipc.Ipc");
    assertEquals(layer, ipc.getModule().getLayer());
    Class<?> service = Class.forName(ipc.getModule(), SERVICE);
    Set<String> loaded =
        ServiceLoader.load(layer, service).stream()
            .map(provider -> provider.get().getClass().getModule().getName())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> expected = new TreeSet<>(Library.TRANSPORTS);
    expected.add(Library.API);
    assertEquals(expected, loaded);
  }

  @Test
  void theKitResolvesOnTheModulePath() {
    assertTrue(resolve(List.of(Library.TESTKIT)).findModule(Library.TESTKIT).isPresent());
  }

  static Stream<String> published() {
    return Stream.concat(Stream.of(Library.API, Library.TESTKIT), transports());
  }

  static Stream<String> transports() {
    return Library.TRANSPORTS.stream();
  }

  private ModuleLayer resolve(List<String> roots) {
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolveAndBind(modules, ModuleFinder.of(), roots);
    return boot.defineModulesWithOneLoader(configuration, ClassLoader.getPlatformClassLoader());
  }

  private ModuleDescriptor descriptor(String name) {
    return modules.find(name).orElseThrow().descriptor();
  }

  /** All but java.base, with the modifiers as in the source. */
  private static Set<String> requires(ModuleDescriptor module) {
    return module.requires().stream()
        .filter(r -> !r.name().equals("java.base"))
        .map(
            r ->
                r.modifiers().stream()
                    .map(m -> m.name().toLowerCase(Locale.ROOT) + " ")
                    .sorted()
                    .collect(Collectors.joining("", "", r.name())))
        .collect(Collectors.toSet());
  }

  private static Set<String> exports(ModuleDescriptor module) {
    return module.exports().stream().map(Object::toString).collect(Collectors.toSet());
  }

  private static Set<String> provides(ModuleDescriptor module) {
    return module.provides().stream()
        .peek(p -> assertEquals(SERVICE, p.service()))
        .flatMap(p -> p.providers().stream())
        .collect(Collectors.toSet());
  }
}
