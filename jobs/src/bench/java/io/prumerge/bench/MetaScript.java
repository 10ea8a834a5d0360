package io.prumerge.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.torchscript.LlavaScript;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Runs a script of notebooks/bench on the product's functions. It needs Python with torch. */
final class MetaScript {

  private static final Path FOLDER =
      Path.of(System.getProperty("project.root")).resolve("notebooks/bench");
  private static final String PYTHON = System.getenv().getOrDefault("PYTHON", "python3");

  private static Boolean torch;

  private final Path script;
  private final Path temp;

  MetaScript(String name, Path temp) {
    this.script = FOLDER.resolve(name);
    this.temp = temp;
  }

  /** Returns whether there is Python with torch, which is asked once. */
  static synchronized boolean runs() throws Exception {
    if (torch == null) {
      torch =
          new ProcessBuilder(PYTHON, "-c", "import torch")
                  .redirectErrorStream(true)
                  .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                  .start()
                  .waitFor()
              == 0;
    }
    return torch;
  }

  /** Skips a test without it. */
  static void needed() throws Exception {
    assumeTrue(runs(), "no Python with torch; name one by the environment variable PYTHON");
  }

  /** Returns what the script says of the product's own functions. */
  JsonNode run() throws Exception {
    return run(archive());
  }

  /** Returns what it says of functions one of whose texts is another, in the file of that name. */
  JsonNode runWith(String file, String from, String to) throws Exception {
    return run(changed("parts/" + file, from, to));
  }

  private JsonNode run(byte[] archive) throws Exception {
    Path file = Files.createTempFile(temp, "llava", ".pt");
    Path output = Files.createTempFile(temp, "found", ".json");
    Path errors = Files.createTempFile(temp, "errors", ".log");
    Files.write(file, archive);
    int code =
        new ProcessBuilder(PYTHON, script.toString(), file.toString())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start()
            .waitFor();
    assertThat(code).as(() -> text(errors)).isZero();
    return new ObjectMapper().readTree(output.toFile());
  }

  /** Returns the product's own functions, as {@code torch.jit.load} reads them. */
  static byte[] archive() throws IOException {
    try (InputStream archive = LlavaScript.archive(true, true)) {
      return archive.readAllBytes();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static byte[] changed(String end, String from, String to) throws IOException {
    ByteArrayOutputStream changed = new ByteArrayOutputStream();
    boolean done = false;
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(archive()));
        ZipOutputStream out = new ZipOutputStream(changed)) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        byte[] bytes = in.readAllBytes();
        if (entry.getName().endsWith(end)) {
          String text = new String(bytes, StandardCharsets.UTF_8);
          done = text.contains(from);
          bytes = text.replace(from, to).getBytes(StandardCharsets.UTF_8);
        }
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(bytes);
        out.closeEntry();
      }
    }
    assertThat(done).as("the text that the fault is planted into").isTrue();
    return changed.toByteArray();
  }
}
