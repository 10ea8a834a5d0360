package io.prumerge.score;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.LlavaAnswers;
import io.prumerge.console.Setting;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.score.log.AnswerForm;
import io.prumerge.score.log.AnswerPlace;
import io.prumerge.source.DataException;
import io.prumerge.source.HiddenName;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.store.SparkData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Reads answers from files in a benchmark's own formats; all files are one set of answers. */
final class AnswerFiles {

  private final Benchmark benchmark;
  private final boolean words;
  private final Optional<AnswerFormat> asked;
  private final Set<Boolean> judged = new HashSet<>();
  private final Set<AnswerForm> forms = EnumSet.noneOf(AnswerForm.class);
  private final LeftOutRows leftOut = new LeftOutRows();

  /**
   * @param words whether a judge's words about answers may be in their place
   * @param form of all files, whatever they look like; otherwise as they look like
   */
  AnswerFiles(Benchmark benchmark, boolean words, Optional<AnswerForm> form) {
    this.benchmark = benchmark;
    this.words = words;
    this.asked = form.filter(AnswerForm.LLAVA::equals).map(any -> lines(benchmark));
  }

  /** Returns LLaVA's lines, by the keys of a benchmark. */
  private static AnswerFormat lines(Benchmark benchmark) {
    return benchmark.answerFormats().stream()
        .filter(LlavaAnswers.class::isInstance)
        .findFirst()
        .orElse(LlavaAnswers.BY_ID);
  }

  /**
   * Streams the answers of files and folders. A folder is read file by file, unless its benchmark
   * has a format for folders.
   *
   * @param sink takes answers, whose places begin with the file as it was given; it may throw a
   *     {@link DataException} that is {@link DataException#ofFile}
   * @throws DataException naming the place where a file is invalid
   */
  void read(List<AnswerPlace> given, Configuration hadoop, Consumer<GivenAnswer> sink)
      throws IOException {
    for (AnswerPlace place : given) {
      Optional<AnswerFormat> format = format(place.path(), hadoop);
      if (format.isPresent()) {
        read(place, format.get(), hadoop, sink);
      } else {
        for (AnswerPlace file : files(place, hadoop)) {
          AnswerFormat one = format(file.path(), hadoop).orElseThrow(() -> unknown(file));
          read(file, one, hadoop, sink);
        }
      }
    }
    if (judged.size() > 1) {
      throw ofBothKinds();
    }
  }

  /** Returns the refusal of answers beside a judge's words. */
  static DataException ofBothKinds() {
    return new DataException(
        Wording.of(
            "%s takes answers or a judge's words about them, not both together", Setting.ANSWERS));
  }

  /** Streams the answers in data that Spark reads, before those of files. */
  void read(SparkData data, SparkAnswers reader, Consumer<GivenAnswer> sink) throws IOException {
    judged.add(false);
    leftOut.addAll(reader.read(data, benchmark, sink), UnaryOperator.identity());
  }

  /** Returns the answers that cannot be read. */
  LeftOutRows leftOut() {
    return leftOut;
  }

  /** Returns the forms that the files have. */
  Set<AnswerForm> forms() {
    return Set.copyOf(forms);
  }

  /** Returns whether the files hold a judge's words about answers. */
  boolean judged() {
    return judged.contains(true);
  }

  private void read(
      AnswerPlace place, AnswerFormat format, Configuration hadoop, Consumer<GivenAnswer> sink)
      throws IOException {
    judged.add(format.judged());
    forms.add(format instanceof LlavaAnswers ? AnswerForm.LLAVA : AnswerForm.BENCHMARK);
    LeftOutRows own = new LeftOutRows();
    try {
      format.read(
          place.path(),
          hadoop,
          own,
          own.account().counting(answer -> sink.accept(answer.at(place.named(answer.where())))));
      leftOut.addAll(own, place::named);
    } catch (DataException e) {
      throw new DataException(
          new Wording(place.named(e.wording().inCode()), place.named(e.wording().onCommandLine())),
          e);
    }
  }

  /** Returns the files of a folder, without hidden and empty ones. */
  private List<AnswerPlace> files(AnswerPlace place, Configuration hadoop) throws IOException {
    FileSystem fs = place.path().getFileSystem(hadoop);
    if (!fs.getFileStatus(place.path()).isDirectory()) {
      throw unknown(place);
    }
    List<AnswerPlace> files = new ArrayList<>();
    for (FileStatus file : fs.listStatus(place.path())) {
      String name = file.getPath().getName();
      if (file.isFile() && !HiddenName.is(name) && !PackedFile.isEmpty(file, hadoop)) {
        files.add(new AnswerPlace(place.name() + "/" + name, file.getPath()));
      }
    }
    files.sort(Comparator.comparing(file -> file.path().getName()));
    if (files.isEmpty()) {
      throw unknown(place);
    }
    return files;
  }

  private Optional<AnswerFormat> format(Path path, Configuration hadoop) throws IOException {
    if (asked.isPresent()) {
      return path.getFileSystem(hadoop).getFileStatus(path).isDirectory()
          ? Optional.empty()
          : asked;
    }
    for (AnswerFormat format : benchmark.answerFormats()) {
      if ((words || !format.judged()) && format.recognises(path, hadoop)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }

  private DataException unknown(AnswerPlace place) {
    return new DataException(
        Text.format(
            "%s is neither a run or table of predictions nor answers to %s in a known format;"
                + " LLaVA's format is lines of JSON with question_id and text",
            place.name(), benchmark.name()));
  }
}
