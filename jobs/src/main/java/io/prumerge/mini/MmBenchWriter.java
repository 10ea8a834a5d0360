package io.prumerge.mini;

import io.prumerge.mini.question.ChoicePoser;
import io.prumerge.mini.question.ChoiceQuestions;
import io.prumerge.mini.question.PosedChoice;
import io.prumerge.mini.question.SplitFrequencies;
import io.prumerge.mini.scene.SceneRandom;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * MMBench (Liu et al., 2023): one question of two to four options about every picture, asked once
 * for every rotation of its options. It is one file, {@code mmbench_dev_en_20231003.tsv}. The row
 * of the unrotated question holds the image; the other rows hold that row's index instead.
 */
final class MmBenchWriter implements MiniBenchmark {

  private static final int COLUMNS = 4;
  private static final int ROTATION = 1_000_000;
  private static final List<String> HEADER =
      List.of(
          "index",
          "question",
          "hint",
          "A",
          "B",
          "C",
          "D",
          "answer",
          "category",
          "image",
          "source",
          "l2-category",
          "comment",
          "split");

  private final ChoiceQuestions source;
  private final ChoicePoser poser = new ChoicePoser(COLUMNS);
  private final BufferedWriter out;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  MmBenchWriter(Path folder, SplitFrequencies corpus) throws IOException {
    source = new ChoiceQuestions(corpus);
    Files.createDirectories(folder);
    out = Files.newBufferedWriter(folder.resolve("mmbench_dev_en_20231003.tsv"));
    row(HEADER);
  }

  @Override
  public String name() {
    return "mmbench";
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    SceneRandom random = picture.random(name());
    PosedChoice choice =
        poser.posed(poser.chosen(source.of(picture.scene(), random), random), random);
    long group = tally.images();
    int rotations = choice.options().size();
    for (int i = 0; i < rotations; i++) {
      String image =
          i == 0 ? Base64.getEncoder().encodeToString(picture.png()) : Long.toString(group);
      row(cells(i * (long) ROTATION + group, choice.rotated(i), image));
    }
    tally = tally.with(rotations);
  }

  private static List<String> cells(long index, PosedChoice choice, String image) {
    List<String> cells =
        new ArrayList<>(List.of(Long.toString(index), choice.text(), choice.hint()));
    for (int i = 0; i < COLUMNS; i++) {
      cells.add(i < choice.options().size() ? choice.options().get(i) : "");
    }
    cells.addAll(
        List.of(
            choice.letter(),
            choice.topic().leaf(),
            image,
            "mini",
            choice.topic().ability(),
            "",
            "dev"));
    return cells;
  }

  /** Writes a row. The generated cells have no tab, line break or quotation mark. */
  private void row(List<String> cells) throws IOException {
    out.write(String.join("\t", cells));
    out.write('\n');
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
