package io.prumerge.mini;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.prumerge.mini.MiniFolder.MiniBenchmarks;
import io.prumerge.mini.scene.FormPage;
import io.prumerge.mini.scene.PageLine;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.ScenePainter;
import io.prumerge.mini.scene.Scenes;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Generated benchmarks for tests, with the scenes of their images. */
final class Generated {

  private static final long SEED = 11;
  private static final ObjectReader READER =
      new ObjectMapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  private final Path folder;
  private final Map<String, WrittenCounts> tallies;
  private final Map<ByteBuffer, Scene> scenes = new HashMap<>();

  private Generated(Path folder, Split split, int images) throws IOException {
    this.folder = folder;
    tallies = MiniBenchmarks.write(folder, split, SEED, images, done -> {});
    for (Scene scene : Scenes.first(images, SEED, split)) {
      scenes.put(ByteBuffer.wrap(PngWriter.write(ScenePainter.paint(scene))), scene);
    }
  }

  static Generated in(Path folder, Split split, int images) throws IOException {
    return new Generated(folder, split, images);
  }

  WrittenCounts tally(String name) {
    return tallies.get(name);
  }

  Path path(String name) {
    return folder.resolve(name);
  }

  List<String> lines(String name) throws IOException {
    return Files.readAllLines(path(name));
  }

  JsonNode json(String name) throws IOException {
    return READER.readTree(Files.readString(path(name)));
  }

  List<JsonNode> jsonLines(String name) throws IOException {
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : lines(name)) {
      nodes.add(READER.readTree(line));
    }
    return nodes;
  }

  /** Returns the scene of an image. */
  Scene scene(String image) {
    try {
      return scene(Files.readAllBytes(path(image)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Scene scene(byte[] png) {
    Scene scene = scenes.get(ByteBuffer.wrap(png));
    if (scene == null) {
      throw new AssertionError("A picture of no scene");
    }
    return scene;
  }

  static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(element -> texts.add(element.textValue()));
    return texts;
  }

  /** Returns what a page has after the label that a question asks about. */
  static String value(FormPage page, String question) {
    String label = question.replaceAll("What is the (.*)\\?", "$1").toUpperCase(Locale.ROOT);
    return page.lines().stream()
        .filter(line -> line.label().equals(label))
        .map(PageLine::value)
        .findFirst()
        .orElseThrow();
  }
}
