package io.prumerge.mini;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.prumerge.SharedFolder;
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
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Generated benchmarks for tests, with the scenes of their images, written once in a JVM. Tests
 * only read them.
 */
final class Generated {

  /** As many as tests want that name no number. */
  static final int IMAGES = 161;

  private static final long SEED = 11;
  private static final ObjectReader READER =
      new ObjectMapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

  /** By the number of images in each split. */
  private static final Map<Split, Map<Integer, Generated>> MADE = new EnumMap<>(Split.class);

  private final Path folder = SharedFolder.made("generated");
  private final Map<String, WrittenCounts> tallies;
  private final Map<ByteBuffer, Scene> scenes = new HashMap<>();

  private Generated(Split split, int images) throws IOException {
    tallies = MiniBenchmarks.write(folder, split, SEED, images, done -> {});
    for (Scene scene : Scenes.first(images, SEED, split)) {
      scenes.put(ByteBuffer.wrap(PngWriter.write(ScenePainter.paint(scene))), scene);
    }
  }

  static Generated of(Split split) throws IOException {
    return of(split, IMAGES);
  }

  static synchronized Generated of(Split split, int images) throws IOException {
    Map<Integer, Generated> made = MADE.computeIfAbsent(split, unused -> new HashMap<>());
    if (!made.containsKey(images)) {
      made.put(images, new Generated(split, images));
    }
    return made.get(images);
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
