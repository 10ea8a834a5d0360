package io.prumerge.jobs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The Javadoc of a class as Markdown. */
final class ClassComment {

  /** Before each item of the list that is being written. */
  private String item = "";

  private ClassComment() {}

  /**
   * Returns the paragraphs, each in one line.
   *
   * @param file whose first class is taken
   * @throws IllegalStateException if it has no comment, or one with markup that is not known here
   */
  static String of(Path file) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(file));
      CompilationUnitTree unit = task.parse().iterator().next();
      DocTrees trees = DocTrees.instance(task);
      TreePath first =
          new TreePathScanner<TreePath, Void>() {
            @Override
            public TreePath visitClass(ClassTree type, Void none) {
              return getCurrentPath();
            }

            @Override
            public TreePath reduce(TreePath one, TreePath other) {
              return one == null ? other : one;
            }
          }.scan(unit, null);
      DocCommentTree comment = first == null ? null : trees.getDocCommentTree(first);
      if (comment == null) {
        throw new IllegalStateException("No Javadoc of the class in " + file);
      }
      String text = new ClassComment().markdown(comment.getFullBody());
      return text.replaceAll(" *\n *", "\n").replaceAll("\n{3,}", "\n\n").strip();
    }
  }

  private String markdown(List<? extends DocTree> parts) {
    return parts.stream().map(this::markdown).collect(Collectors.joining());
  }

  private String markdown(DocTree part) {
    if (part instanceof TextTree text) {
      return text.getBody().replaceAll("\\s+", " ").replaceAll("([*_\\[|])", "\\\\$1");
    }
    if (part instanceof LiteralTree code) {
      return "`" + code.getBody().getBody().replaceAll("\\s+", " ").strip() + "`";
    }
    if (part instanceof LinkTree link) {
      return link.getLabel().isEmpty()
          ? "`" + link.getReference().getSignature().replaceFirst("^#", "") + "`"
          : markdown(link.getLabel());
    }
    if (part instanceof EntityTree entity) {
      return "&" + entity.getName() + ";";
    }
    if (part instanceof StartElementTree start) {
      return start(start.getName().toString());
    }
    if (part instanceof EndElementTree end) {
      return end.getName().toString().matches("[uo]l") ? "\n\n" : "";
    }
    throw new IllegalStateException("Cannot write as Markdown: " + part);
  }

  private String start(String element) {
    switch (element) {
      case "p":
        return "\n\n";
      case "ul":
        item = "\n- ";
        return "\n";
      case "ol":
        item = "\n1. ";
        return "\n";
      case "li":
        return item;
      default:
        throw new IllegalStateException("Cannot write <" + element + "> as Markdown");
    }
  }
}
