package io.prumerge.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.mini.MiniFolder.MiniBenchmarks;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Generated pictures that the demo checkpoint was trained for, with POPE's questions about them.
 *
 * @param pope folder that {@code prepare --benchmark pope} reads
 */
record DemoData(Path pope) {

  private static final long SEED = 20261120;
  private static final String DONE = "done";

  /** Generates the pictures unless they are there. */
  static DemoData of(Setting setting) throws IOException {
    Path folder = setting.work().resolve("mini-" + setting.pictures());
    if (!Files.exists(folder.resolve(DONE))) {
      Files.createDirectories(folder);
      MiniBenchmarks.write(folder, Split.TEST, SEED, setting.pictures(), done -> {});
      Files.createFile(folder.resolve(DONE));
    }
    return new DemoData(folder.resolve("pope"));
  }

  /** Images that POPE asks about. */
  int count() throws IOException {
    return questions().size();
  }

  /** The first images, each with its 18 questions. */
  List<AskedImage> pope(int count) throws IOException {
    List<AskedImage> images = new ArrayList<>();
    for (Map.Entry<String, List<String>> entry : questions().entrySet()) {
      if (images.size() < count) {
        Path file = pope.resolve("val2014").resolve(entry.getKey());
        images.add(new AskedImage(file, Files.readAllBytes(file), entry.getValue()));
      }
    }
    if (images.size() < count) {
      throw new IOException(
          "POPE of these pictures has %d images, %d are asked for; generate more with --pictures"
              .formatted(images.size(), count));
    }
    return images;
  }

  /** The questions of each image's file. */
  private Map<String, List<String>> questions() throws IOException {
    ObjectMapper json = new ObjectMapper();
    Map<String, List<String>> questions = new LinkedHashMap<>();
    for (String line : Files.readAllLines(pope.resolve("llava_pope_test.jsonl"))) {
      JsonNode question = json.readTree(line);
      questions
          .computeIfAbsent(question.get("image").asText(), image -> new ArrayList<>())
          .add(question.get("text").asText());
    }
    return questions;
  }
}
