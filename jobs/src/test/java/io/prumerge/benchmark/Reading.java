package io.prumerge.benchmark;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/** Reads and writes a benchmark's files as the commands do. */
public final class Reading {

  public static final Configuration HADOOP = new Configuration();

  private Reading() {}

  public static SourceFiles source(Path... sources) throws IOException {
    return source(Optional.empty(), sources);
  }

  public static SourceFiles source(Optional<String> split, Path... sources) throws IOException {
    return new SourceFiles(Stream.of(sources).map(Reading::path).toList(), HADOOP, split);
  }

  public static org.apache.hadoop.fs.Path path(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** Reads questions with LLaVA's prompts. */
  public static List<BenchmarkQuestion> questions(Benchmark benchmark, Path... sources)
      throws IOException {
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source(sources), PromptProfile.LLAVA, questions::add);
    return questions;
  }

  /** Reads answers in the first format that recognises the file or folder. */
  public static List<GivenAnswer> answers(Benchmark benchmark, Path path) throws IOException {
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(path(path), HADOOP)) {
        List<GivenAnswer> answers = new ArrayList<>();
        format.read(path(path), HADOOP, new LeftOutRows(), answers::add);
        return answers;
      }
    }
    throw new AssertionError("no form for " + path);
  }

  /** Writes a submission; {@code answer} returns the answer to every question. */
  public static Path export(
      Benchmark benchmark,
      List<BenchmarkQuestion> questions,
      Function<BenchmarkQuestion, String> answer,
      Path folder)
      throws IOException {
    Files.createDirectories(folder);
    Iterator<AnsweredQuestion> answers =
        questions.stream()
            .map(question -> new AnsweredQuestion(question, answer.apply(question)))
            .iterator();
    benchmark.submission().orElseThrow().write(answers, path(folder), HADOOP);
    return folder;
  }

  /** Writes a file below {@code folder}, with its parent folders. */
  public static Path write(Path folder, String name, String... lines) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, String.join("\n", lines) + "\n");
  }

  public static Reference choice(String answer, List<String> options) {
    return new Reference("", "", List.of(answer), options, Map.of());
  }
}
