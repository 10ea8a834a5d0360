package io.prumerge.bench;

import io.prumerge.engine.Answer;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * Compares answers and lengths of prompts under {@code cdpruner:variant=openvino} with those of
 * OpenVINO GenAI with pruning on, on a small random Qwen2.5-VL in fp32.
 *
 * <p>The engine lets text behind an image begin behind the last kept row or column, so answers are
 * compared where that is where it begins here too.
 */
record OpenVinoPruning(String python, int threads) implements Section {

  private static final List<Integer> PERCENT = List.of(0, 30, 50, 80);
  private static final String QUESTION = "Is there a dog?";
  private static final int PICTURES = 20;
  private static final int NEW_TOKENS = 12;
  private static final int BLOCK = 12; // pixels of the checkpoint's tokens
  // In tokens, within the bounds of the checkpoint's image processor: no picture is resized.
  private static final int[][] SIZES = {
    {5, 7}, {6, 8}, {8, 6}, {4, 12}, {7, 7}, {7, 5}, {5, 9}, {10, 4}, {6, 6}
  };

  @Override
  public String name() {
    return "openvino-pruning";
  }

  @Override
  public void run(Setting setting, Results results) throws Exception {
    Path model = copy(setting);
    Workload work = new Workload(draw(setting.work().resolve("blocks")), NEW_TOKENS);
    try (Peer peer =
            Peer.start(python, "openvino_pruning", setting.root(), threads, setting.work());
        EngineLoop engine =
            new EngineLoop(
                model, DtypeChoice.FP32, DeviceChoice.CPU, ImageAspect.AUTO, "qwen2_vl")) {
      results.facts("", peer.versions());
      for (int percent : PERCENT) {
        results.add(figure(percent, work, engine, peer, model));
      }
    }
  }

  private static Figure figure(int percent, Workload work, EngineLoop engine, Peer peer, Path model)
      throws InterruptedException {
    String measure = "answers with %d %% pruned equal to OpenVINO GenAI's".formatted(percent);
    String on = "small Qwen2.5-VL, fp32";
    MethodSpec method =
        percent == 0
            ? MethodSpec.NONE
            : MethodSpec.parse("cdpruner:variant=openvino,pruned=" + percent);
    List<Answer> own = engine.answer(work.requests(method)).stream().flatMap(List::stream).toList();
    try {
      peer.load(model, engine.precision(), engine.device());
      PeerAnswers theirs = peer.loop(work, Integer.toString(percent));
      int lengths = 0;
      int placed = 0;
      int equal = 0;
      for (int i = 0; i < own.size(); i++) {
        Answer answer = own.get(i);
        int length = answer.tokens().visualAfter() + answer.tokens().text();
        lengths += length == theirs.kept().get(i).get(0) ? 1 : 0;
        if (reachesTheEnd(answer)) {
          placed++;
          equal += answer.text().equals(theirs.answers().get(i)) ? 1 : 0;
        }
      }
      return Figure.of(
          measure,
          on,
          (double) equal / placed,
          Unit.SHARE,
          "%d of %d whose text begins at the same position; %d of %d prompts as long"
              .formatted(equal, placed, lengths, own.size()));
    } catch (PeerException e) {
      return Figure.absent(measure, on, Unit.SHARE, e.getMessage());
    }
  }

  // Whether a kept token is in the last row or column, whichever number is larger.
  private static boolean reachesTheEnd(Answer answer) {
    if (answer.tokens().keptIndices() == null) {
      return true;
    }
    int[] grid = Stream.of(answer.tokens().grid().split("x")).mapToInt(Integer::parseInt).toArray();
    int last =
        IntStream.of(answer.tokens().keptIndices())
            .map(patch -> Math.max(patch / grid[1], patch % grid[1]))
            .max()
            .orElseThrow();
    return last == Arrays.stream(grid).max().orElseThrow() - 1;
  }

  private static Path copy(Setting setting) throws IOException {
    Path from = setting.root().resolve("udfs/src/test/resources/goldens/qwen/qwen2_5_vl/untied");
    Path to = Files.createDirectories(setting.work().resolve("checkpoints/small-qwen2_5_vl"));
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return to;
  }

  // Blocks of one colour each, without losses.
  private static List<AskedImage> draw(Path folder) throws IOException {
    Files.createDirectories(folder);
    List<AskedImage> pictures = new ArrayList<>();
    for (int i = 0; i < PICTURES; i++) {
      Path file = folder.resolve("%02d.png".formatted(i));
      int[] size = SIZES[i % SIZES.length];
      ImageIO.write(picture(new SplittableRandom(i), size[0], size[1]), "png", file.toFile());
      pictures.add(new AskedImage(file, Files.readAllBytes(file), List.of(QUESTION)));
    }
    return pictures;
  }

  private static BufferedImage picture(SplittableRandom random, int rows, int columns) {
    int side = BLOCK / 2;
    BufferedImage picture =
        new BufferedImage(columns * BLOCK, rows * BLOCK, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < picture.getHeight(); y += side) {
      for (int x = 0; x < picture.getWidth(); x += side) {
        int colour = new Color(random.nextInt(1 << 24)).getRGB();
        for (int pixel = 0; pixel < side * side; pixel++) {
          picture.setRGB(x + pixel % side, y + pixel / side, colour);
        }
      }
    }
    return picture;
  }
}
