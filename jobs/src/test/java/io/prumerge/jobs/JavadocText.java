package io.prumerge.jobs;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.EndElementTree;
import com.sun.source.doctree.EntityTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Javadoc of a file's classes as Markdown. */
public final class JavadocText {

  /** Those that were read, by file: a compiler starts for each. */
  private static final Map<Path, JavadocText> READ = new HashMap<>();

  private final Map<String, DocCommentTree> comments;

  private JavadocText(Map<String, DocCommentTree> comments) {
    this.comments = comments;
  }

  /** Returns the comments of the file that declares a class, below a folder of sources. */
  public static JavadocText of(Path sources, Class<?> type) throws IOException {
    Class<?> outermost = type;
    while (outermost.getEnclosingClass() != null) {
      outermost = outermost.getEnclosingClass();
    }
    return of(sources.resolve(outermost.getName().replace('.', '/') + ".java"));
  }

  /** Returns the comments of a file's classes, and of their members. */
  static synchronized JavadocText of(Path file) throws IOException {
    JavadocText known = READ.get(file);
    if (known == null) {
      known = read(file);
      READ.put(file, known);
    }
    return known;
  }

  private static JavadocText read(Path file) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(null, files, null, null, null, files.getJavaFileObjects(file));
      CompilationUnitTree unit = task.parse().iterator().next();
      DocTrees trees = DocTrees.instance(task);
      Map<String, DocCommentTree> comments = new HashMap<>();
      new TreePathScanner<Void, String>() {
        @Override
        public Void visitClass(ClassTree type, String outer) {
          String name = outer + type.getSimpleName();
          put(name);
          return super.visitClass(type, name + ".");
        }

        @Override
        public Void visitVariable(VariableTree variable, String outer) {
          put(outer + variable.getName());
          return null;
        }

        private void put(String name) {
          DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
          if (comment != null) {
            comments.put(name, comment);
          }
        }
      }.scan(unit, "");
      return new JavadocText(comments);
    }
  }

  /**
   * Returns the paragraphs of a comment, each in one line.
   *
   * @param name of a class, or of a class and its constant: {@code Outer.Inner.CONSTANT}
   * @throws IllegalStateException if it has no comment, or one with markup that is not known here
   */
  public String body(String name) {
    return find(name).orElseThrow(() -> new IllegalStateException("No Javadoc of " + name));
  }

  /** Returns the same; empty without a comment. */
  public Optional<String> find(String name) {
    return Optional.ofNullable(comments.get(name))
        .map(comment -> new MarkdownWriter().text(comment.getFullBody()));
  }

  /** Returns what a record's comment says of its components, each in one line, by their names. */
  Map<String, String> components(String record) {
    Map<String, String> texts = new HashMap<>();
    DocCommentTree comment = comments.get(record);
    if (comment != null) {
      for (DocTree tag : comment.getBlockTags()) {
        if (tag instanceof ParamTree param && !param.isTypeParameter()) {
          texts.put(param.getName().toString(), new MarkdownWriter().text(param.getDescription()));
        }
      }
    }
    return texts;
  }

  /** Writes one comment. */
  private static final class MarkdownWriter {

    /** Before each item of the list that is being written. */
    private String item = "";

    String text(List<? extends DocTree> parts) {
      return markdown(parts).replaceAll(" *\n *", "\n").replaceAll("\n{3,}", "\n\n").strip();
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
}
