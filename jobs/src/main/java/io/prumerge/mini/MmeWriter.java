package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.Balance;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.question.SplitFrequencies;
import io.prumerge.mini.question.YesNoPair;
import io.prumerge.mini.question.YesNoQuestions;
import io.prumerge.mini.scene.SceneRandom;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * MME (Fu et al., 2023): a pair of questions, one true and one false, about every second picture,
 * from the task with the fewest questions so far.
 *
 * <pre>
 * llava_mme.jsonl
 * MME_Benchmark_release_version/TASK/0001.{png,txt}  images and questions (TAB Yes|No)
 * eval_tool/Your_Results/TASK.txt                    image TAB question TAB truth
 * </pre>
 */
final class MmeWriter implements MiniBenchmark {

  private static final int EVERY = 2;
  private static final String RELEASE = "MME_Benchmark_release_version";
  private static final String PLEASE = " Please answer yes or no.";

  private record FormOf(String form) {}

  private final Path folder;
  private final YesNoQuestions source;
  private final Balance balance = new Balance();
  private final Map<Task, BufferedWriter> truths = new EnumMap<>(Task.class);
  private final JsonArrayWriter questions;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  MmeWriter(Path folder, SplitFrequencies corpus) throws IOException {
    this.folder = folder;
    source = new YesNoQuestions(corpus);
    Path tool = Files.createDirectories(folder.resolve("eval_tool/Your_Results"));
    for (Task task : Task.values()) {
      truths.put(task, Files.newBufferedWriter(tool.resolve(task.folder() + ".txt")));
      Files.createDirectories(folder.resolve(RELEASE).resolve(task.folder()));
    }
    questions = JsonArrayWriter.lines(folder.resolve("llava_mme.jsonl"));
  }

  @Override
  public String name() {
    return "mme";
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    if (picture.scene().index() % EVERY != 0) {
      return;
    }
    SceneRandom random = picture.random(name());
    List<YesNoPair> pairs = new ArrayList<>(source.of(picture.scene(), random));
    random.shuffle(pairs);
    List<Task> tasks =
        Arrays.stream(Task.values()).filter(task -> pairs.stream().anyMatch(task::asks)).toList();
    Task task = balance.rarest(tasks, one -> one);
    YesNoPair pair =
        balance.rarest(pairs.stream().filter(task::asks).toList(), one -> new FormOf(one.form()));
    write(picture, task, pair);
    tally = tally.with(2);
  }

  private void write(ScenePicture picture, Task task, YesNoPair pair) throws IOException {
    String stem = Text.format("%04d", picture.number());
    String image = task.image(stem);
    Path release = folder.resolve(RELEASE);
    picture.write(release.resolve(image));
    Path text = release.resolve(task.text(stem));
    Files.createDirectories(text.getParent());
    Files.writeString(
        text, Text.format("%s%s\tYes\n%s%s\tNo\n", pair.yes(), PLEASE, pair.no(), PLEASE));
    String name = image.substring(image.lastIndexOf('/') + 1);
    truths
        .get(task)
        .write(
            Text.format(
                "%s\t%s%s\tYes\n%s\t%s%s\tNo\n",
                name, pair.yes(), PLEASE, name, pair.no(), PLEASE));
    for (String question : List.of(pair.yes(), pair.no())) {
      questions.add(
          LlavaQuestionLine.line(image, image, Prompts.shortAnswer(question), task.folder()));
    }
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    for (BufferedWriter truth : truths.values()) {
      truth.close();
    }
    questions.close();
  }

  /** The subtasks of MME that can be asked about the miniature pictures. */
  enum Task {
    EXISTENCE("existence", Layout.FLAT, "thing", "any"),
    COUNT("count", Layout.FLAT, "count"),
    POSITION("position", Layout.FLAT, "relation", "side"),
    COLOR("color", Layout.FLAT, "color"),
    SCENE("scene", Layout.FOLDERS, "background"),
    OCR("OCR", Layout.FLAT, "word"),
    COMMONSENSE_REASONING("commonsense_reasoning", Layout.FLAT, "more", "taller", "tallest"),
    NUMERICAL_CALCULATION("numerical_calculation", Layout.FLAT, "sum");

    /** The folder layout of a task in the official release. */
    private enum Layout {
      /** Images and texts side by side. */
      FLAT("", ""),
      FOLDERS("images/", "questions_answers_YN/");

      private final String images;
      private final String texts;

      Layout(String images, String texts) {
        this.images = images;
        this.texts = texts;
      }
    }

    private final String folder;
    private final Layout layout;
    private final Set<String> forms;

    Task(String folder, Layout layout, String... forms) {
      this.folder = folder;
      this.layout = layout;
      this.forms = Set.of(forms);
    }

    /** Returns the name of the task's folder and file. */
    String folder() {
      return folder;
    }

    /** Returns the path of an image below the release's folder. */
    String image(String stem) {
      return Text.format("%s/%s%s.png", folder, layout.images, stem);
    }

    /** Returns the path of an image's questions below the release's folder. */
    String text(String stem) {
      return Text.format("%s/%s%s.txt", folder, layout.texts, stem);
    }

    boolean asks(YesNoPair pair) {
      return forms.contains(pair.form());
    }
  }
}
