// SPDX-License-Identifier: Apache-2.0
package dev.ipc.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Every public or protected type and method of a published module has a comment. */
class CommentsTest {
  @Test
  void nothingPublicIsWithoutAComment() throws IOException {
    List<Path> sources = sources();
    assertFalse(sources.isEmpty());
    assertEquals(List.of(), missing(sources));
  }

  private static List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>();
    try (Stream<Path> modules = Files.list(Library.root())) {
      for (Path module : modules.map(m -> m.resolve("src/main/java")).toList()) {
        if (Files.exists(module.resolve("module-info.java"))) {
          try (Stream<Path> files = Files.walk(module)) {
            files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    return sources;
  }

  private static List<String> missing(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null,
                  files,
                  null,
                  List.of("-proc:none"),
                  null,
                  files.getJavaFileObjectsFromPaths(sources));
      Comments comments = new Comments(DocTrees.instance(task));
      for (CompilationUnitTree unit : task.parse()) {
        comments.scan(unit, null);
      }
      return comments.missing;
    }
  }

  private static final class Comments extends TreePathScanner<Void, Void> {
    private final List<String> missing = new ArrayList<>();
    private final DocTrees trees;

    Comments(DocTrees trees) {
      this.trees = trees;
    }

    @Override
    public Void visitClass(ClassTree type, Void unused) {
      if (!visible(type.getModifiers())) {
        return null;
      }
      check(type.getSimpleName().toString());
      return super.visitClass(type, null);
    }

    @Override
    public Void visitMethod(MethodTree method, Void unused) {
      ClassTree type = (ClassTree) getCurrentPath().getParentPath().getLeaf();
      boolean inRecord = type.getKind() == Tree.Kind.RECORD;
      boolean constructor = method.getReturnType() == null;
      if (visible(method.getModifiers())
          && !overrides(method.getModifiers())
          && !(inRecord && constructor)) {
        check(type.getSimpleName() + "." + method.getName());
      }
      return null;
    }

    private void check(String name) {
      if (trees.getDocComment(getCurrentPath()) == null) {
        missing.add(name);
      }
    }

    private boolean visible(ModifiersTree modifiers) {
      return modifiers.getFlags().contains(Modifier.PUBLIC)
          || modifiers.getFlags().contains(Modifier.PROTECTED)
          || (inInterface() && !modifiers.getFlags().contains(Modifier.PRIVATE));
    }

    private boolean inInterface() {
      Tree parent = getCurrentPath().getParentPath().getLeaf();
      return parent.getKind() == Tree.Kind.INTERFACE
          || parent.getKind() == Tree.Kind.ANNOTATION_TYPE;
    }

    private static boolean overrides(ModifiersTree modifiers) {
      return modifiers.getAnnotations().stream()
          .map(AnnotationTree::getAnnotationType)
          .anyMatch(type -> type.toString().equals("Override"));
    }
  }
}
