package io.prumerge.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.console.Setting;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** An image whose name is not ASCII, under two locales. */
@EnabledOnOs(OS.LINUX)
@Tag("process")
class PosixLocaleTest {

  @TempDir private Path folder;

  /** Looks for the image in a JVM of its own. */
  static final class Look {

    private Look() {}

    /** Prints what was found in the folder that is named. */
    public static void main(String[] arguments) throws IOException {
      ImageFolder images =
          new ImageFolder("file:" + arguments[0], List.of(arguments[0]), Setting.SOURCE);
      try {
        System.out.println(!images.files("caf\u00e9.png", new Configuration()).isEmpty());
      } catch (DataException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private String found(String locale) throws IOException, InterruptedException {
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Look.class.getName(),
            folder.toString());
    java.environment().put("LC_ALL", locale);
    Process process = java.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertThat(process.waitFor()).as(out).isZero();
    return out.strip();
  }

  @Test
  void theErrorSaysHowToSetIt() throws IOException, InterruptedException {
    Files.write(folder.resolve("caf\u00e9.png"), new byte[] {1});

    assertThat(found("C.UTF-8")).isEqualTo("true");
    assertThat(found("POSIX"))
        .startsWith("Cannot look for the file '" + folder + File.separator + "caf")
        .contains("start it with LC_ALL=C.UTF-8");
  }
}
