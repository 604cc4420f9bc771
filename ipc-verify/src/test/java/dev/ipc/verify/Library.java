// SPDX-License-Identifier: Apache-2.0
package dev.ipc.verify;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import java.io.File;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The published modules as this test run sees them: jars after packaging, class folders before. */
final class Library {
  static final String API = "dev.ipc.api";
  static final String TESTKIT = "dev.ipc.testkit";
  static final List<String> TRANSPORTS = List.of("dev.ipc.pipe", "dev.ipc.shm", "dev.ipc.socket");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("dev/ipc/demo"))
          .importPackages("dev.ipc");

  private Library() {}

  static JavaClasses classes() {
    return CLASSES;
  }

  static ModuleFinder modules() {
    return ModuleFinder.of(
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> !path.endsWith("test-classes"))
            .toArray(Path[]::new));
  }

  /** The root of the source tree. */
  static Path root() {
    return Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
  }
}
