package io.prumerge.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.jobs.InProcess;
import io.prumerge.zoo.DtypeChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The whole Spark job compared with the bare engine, on both checkpoints, and the start of a short
 * one.
 */
final class SparkShare implements Section {

  private static final double WIDE_PART = 0.1;
  private static final double START_PART = 0.1;
  private static final double DEMO_PART = 0.05;
  private static final int DEMO_IMAGES = 100;
  private static final int START_IMAGES = 2;

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Path folder = Files.createTempDirectory(Files.createDirectories(setting.work()), "spark");
    try (InProcess spark = new InProcess()) {
      Path pictures = setting.work().resolve("pictures");
      List<AskedImage> images = Pictures.draw(pictures, setting.images());
      Path questions = questions(images, folder.resolve("questions.jsonl"));
      new SparkJob(spark, folder.resolve("wide"), setting.random(), setting.dtype())
          .prepare("custom", images.size(), questions, pictures)
          .measure(setting.part(WIDE_PART), setting.randomName(), results);
      new SparkJob(spark, folder.resolve("start"), setting.random(), setting.dtype())
          .prepare("custom", START_IMAGES, questions, pictures)
          .measureStart(setting.part(START_PART), setting.randomName(), results);
      DemoData demo = DemoData.of(setting);
      new SparkJob(spark, folder.resolve("demo"), setting.demo(), DtypeChoice.FP32)
          .prepare("pope", Math.min(DEMO_IMAGES, demo.count()), demo.pope())
          .measure(setting.part(DEMO_PART), "mini-llava", results);
    }
  }

  /** LLaVA's question file. */
  private static Path questions(List<AskedImage> images, Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> lines = new ArrayList<>();
    for (AskedImage image : images) {
      for (String question : image.questions()) {
        lines.add(
            json.writeValueAsString(
                Map.of(
                    "question_id", lines.size(),
                    "image", image.file().getFileName().toString(),
                    "text", question)));
      }
    }
    return Files.write(file, lines);
  }
}
