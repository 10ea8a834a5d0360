import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.zip.ZipFile;

/**
 * Deletes what an earlier build has left for other lines of Spark from another commit: an archive
 * or a wheel is of one commit. The build runs it: {@code java OtherLines.java JAR FOLDER...}, with
 * its own jar, and the folders for its own line, whose siblings are looked at.
 */
final class OtherLines {

  private OtherLines() {}

  public static void main(String[] args) throws IOException {
    String commit = commit(Path.of(args[0]));
    for (int i = 1; i < args.length; i++) {
      Path own = Path.of(args[i]);
      if (Files.isDirectory(own.getParent())) {
        try (DirectoryStream<Path> lines = Files.newDirectoryStream(own.getParent(), "spark-*")) {
          for (Path line : lines) {
            if (!line.equals(own)) {
              deleteUnlessOf(commit, line);
            }
          }
        }
      }
    }
  }

  private static void deleteUnlessOf(String commit, Path line) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(line, "*.jar")) {
      for (Path jar : jars) {
        String other = commit(jar);
        if (!other.equals(commit)) {
          System.out.printf("Deletes %s, which is of %s, not of %s%n", jar, other, commit);
          Files.delete(jar);
        }
      }
    }
    line.toFile().delete(); // if it is empty now
  }

  /** Returns the commit that a jar names; empty where git told none. */
  private static String commit(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile());
        InputStream in = zip.getInputStream(zip.getEntry("io/prumerge/console/build.properties"))) {
      Properties built = new Properties();
      built.load(in);
      return built.getProperty("commit", "");
    }
  }
}
