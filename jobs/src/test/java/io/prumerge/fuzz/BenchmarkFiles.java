package io.prumerge.fuzz;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.jobs.BenchmarkFixture;
import io.prumerge.jobs.OfficialFiles;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/** Question files and answer files of every benchmark: JSON, JSON Lines, TSV, xlsx, text. */
final class BenchmarkFiles {

  private static final Configuration HADOOP = new Configuration();
  private static final Pattern TEXT = Pattern.compile(".*\\.(json|jsonl|tsv|txt)");

  /** Parsed JSON takes a node or two per byte, and there are several copies of the text. */
  private static final Target.Heap HEAP = new Target.Heap(16 << 20, 300);

  private BenchmarkFiles() {}

  /** Returns a target for each file of questions or labels. */
  static List<Target> questions() {
    Path root = official();
    List<Target> targets = new ArrayList<>();
    for (BenchmarkFixture fixture : BenchmarkFixture.values()) {
      Target.Reader read = bytes -> questions(fixture, root);
      for (Path file : Workplace.files(root.resolve(fixture.toString()))) {
        if (TEXT.matcher(file.toString()).matches()) {
          targets.add(target(root, file, read));
        }
      }
    }
    return targets;
  }

  /** Returns a target for each answer format of a benchmark. */
  static List<Target> answers() {
    Path root = official();
    Path exports = Workplace.folder();
    List<Target> targets = new ArrayList<>();
    Arrays.stream(BenchmarkFixture.values())
        .filter(fixture -> fixture.handedIn() && !fixture.judged())
        .forEach(
            fixture -> {
              Path folder = export(fixture, root, exports.resolve(fixture.toString()));
              Target.Reader read = bytes -> answers(fixture.benchmark(), fixture.exported(folder));
              Workplace.files(folder).forEach(file -> targets.add(target(exports, file, read)));
            });
    return targets;
  }

  private static Path official() {
    Path root = Workplace.folder();
    try {
      OfficialFiles.write(root);
      Workplace.forgetSums(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return root;
  }

  private static Target target(Path root, Path file, Target.Reader reader) {
    return new Target(
        root.relativize(file).toString(),
        List.of(Workplace.bytes(file)),
        Workplace.replacing(file, reader),
        List.of(DataException.class),
        HEAP);
  }

  /**
   * Reads a benchmark's files.
   *
   * @param root parent of the folder named after it
   */
  static List<BenchmarkQuestion> questions(BenchmarkFixture fixture, Path root) throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    Benchmark benchmark = fixture.benchmark();
    List<org.apache.hadoop.fs.Path> sources =
        fixture.sources(root).stream().map(org.apache.hadoop.fs.Path::new).toList();
    SourceFiles source = new SourceFiles(sources, HADOOP, Optional.of(fixture.split()));
    benchmark.read(source, PromptProfile.LLAVA, questions::add);
    return questions;
  }

  private static Path export(BenchmarkFixture fixture, Path root, Path folder) {
    try {
      Files.createDirectories(folder);
      Iterator<AnsweredQuestion> answers =
          questions(fixture, root).stream()
              .map(question -> new AnsweredQuestion(question, "A"))
              .iterator();
      fixture
          .benchmark()
          .submission()
          .orElseThrow()
          .write(answers, new org.apache.hadoop.fs.Path(folder.toUri()), HADOOP);
      Workplace.forgetSums(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  private static void answers(Benchmark benchmark, Path path) throws IOException {
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(path.toUri());
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(place, HADOOP)) {
        format.read(place, HADOOP, new LeftOutRows(), answer -> {});
        return;
      }
    }
  }
}
