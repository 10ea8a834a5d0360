package io.prumerge.view;

import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.image.ImageAspect;
import io.prumerge.report.page.SmallPicture;
import io.prumerge.run.FinishedRuns;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.io.FileUtils;

/** Runs that are open for viewing. */
public final class Viewer implements AutoCloseable {

  /** Pictures that are kept: a page asks for those that it has just looked up. */
  private static final int KEPT_PICTURES = 32;

  private final AskedMethods methods;
  private final AnswerDatabase database;
  private final QuestionList list;
  private final Pictures pictures;
  private final Path scratch;
  private final Map<List<Object>, Optional<SmallPicture>> seen =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(
                Map.Entry<List<Object>, Optional<SmallPicture>> eldest) {
              return size() > KEPT_PICTURES;
            }
          });

  private Viewer(AskedMethods methods, AnswerDatabase database, Pictures pictures, Path scratch) {
    this.methods = methods;
    this.database = database;
    this.list = new QuestionList(database, methods);
    this.pictures = pictures;
    this.scratch = scratch;
  }

  /**
   * Opens finished runs. Files of other file systems are copied to this machine.
   *
   * @param runs their folders
   * @param examples tables with the pictures; empty: those that the runs name
   * @param cache folder that keeps copies of other file systems' files; empty: they are deleted
   * @param folders finds the folders
   * @param console says what is copied
   */
  public static Viewer open(
      List<String> runs,
      List<String> examples,
      Optional<Path> cache,
      Folders folders,
      Console console)
      throws IOException {
    FinishedRuns finished = FinishedRuns.of(Setting.RUN, runs, folders);
    List<String> tables = new ArrayList<>();
    for (String folder : examples) {
      tables.add(folders.present(Setting.EXAMPLES, folder).toString());
    }
    if (tables.isEmpty()) {
      finished.runs().stream()
          .flatMap(run -> run.configuration().examples().stream())
          .distinct()
          .forEach(tables::add);
    }
    Path scratch = Files.createTempDirectory("prumerge-view-");
    try {
      LocalFiles local =
          new LocalFiles(folders.hadoop(), console, cache.orElse(scratch.resolve("copies")));
      AnswerDatabase.Files files =
          local.of(finished.files(Table.PREDICTIONS), finished.files(Table.SCORES));
      return new Viewer(
          new AskedMethods(finished.runs()),
          AnswerDatabase.open(files, scratch.resolve("spill")),
          Pictures.of(tables, folders),
          scratch);
    } catch (IOException | RuntimeException e) {
      FileUtils.deleteQuietly(scratch.toFile());
      throw e;
    }
  }

  AskedMethods methods() {
    return methods;
  }

  QuestionList list() {
    return list;
  }

  Pictures pictures() {
    return pictures;
  }

  Optional<OneQuestion> question(QuestionKey key) throws IOException {
    return OneQuestion.of(database, methods, key.unranked());
  }

  /**
   * Returns a question's picture as a model sees it, if some table still has it.
   *
   * @param number of several pictures in one prompt, from 0
   */
  Optional<SmallPicture> picture(OneQuestion question, ImageAspect aspect, int number)
      throws IOException {
    List<Object> name = List.of(question.key(), aspect, number);
    Optional<SmallPicture> known = seen.get(name);
    if (known == null) {
      known = pictures.of(question, aspect, number);
      seen.put(name, known);
    }
    return known;
  }

  /** Closes the runs and deletes copied files. */
  @Override
  public void close() {
    database.close();
    FileUtils.deleteQuietly(scratch.toFile());
  }
}
