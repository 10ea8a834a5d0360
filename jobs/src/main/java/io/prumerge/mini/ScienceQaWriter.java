package io.prumerge.mini;

import io.prumerge.lang.Text;
import io.prumerge.mini.question.ChoicePoser;
import io.prumerge.mini.question.ChoiceQuestion;
import io.prumerge.mini.question.ChoiceQuestions;
import io.prumerge.mini.question.LookUps;
import io.prumerge.mini.question.PosedChoice;
import io.prumerge.mini.question.Prompts;
import io.prumerge.mini.question.SplitFrequencies;
import io.prumerge.mini.question.TopicField;
import io.prumerge.mini.scene.SceneRandom;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * ScienceQA (Lu et al., 2022): a question of two to five choices about every picture, and after
 * every eighth one a question without a picture.
 *
 * <pre>
 * problems.json, pid_splits.json
 * llava_test_CQM-A.json
 * images/test/1/image.png
 * </pre>
 *
 * Names of the train split have train instead of test.
 */
final class ScienceQaWriter implements MiniBenchmark {

  private static final int MOST_CHOICES = 5;
  private static final int TEXT_ONLY_EVERY = 8;

  /** The original's small splits are a tenth of the large ones. */
  private static final int MINI = 10;

  private static final String IMAGE = "image.png";

  private final Path folder;
  private final String split;
  private final ChoiceQuestions source;
  private final ChoicePoser poser = new ChoicePoser(MOST_CHOICES);
  private final JsonArrayWriter problems;
  private final JsonArrayWriter conversations;
  private int lastPid;
  private WrittenCounts tally = WrittenCounts.NOTHING;

  ScienceQaWriter(Path folder, Split split, SplitFrequencies corpus) throws IOException {
    this.folder = folder;
    this.split = split.displayName();
    source = new ChoiceQuestions(corpus);
    problems = JsonArrayWriter.members(folder.resolve("problems.json"));
    conversations =
        JsonArrayWriter.array(folder.resolve(Text.format("llava_%s_CQM-A.json", this.split)));
  }

  @Override
  public String name() {
    return "scienceqa";
  }

  @Override
  public void add(ScenePicture picture) throws IOException {
    SceneRandom random = picture.random(name());
    ChoiceQuestion question = poser.chosen(source.of(picture.scene(), random), random);
    String pid = Integer.toString(++lastPid);
    picture.write(folder.resolve("images").resolve(split).resolve(pid).resolve(IMAGE));
    PosedChoice choice = poser.posed(question, random);
    problems.add(pid, problem(choice, IMAGE));
    conversations.add(
        JsonFields.of("id", pid)
            .and("image", pid + "/" + IMAGE)
            .and("conversations", turns("<image>\n" + Prompts.cqm(choice), choice.letter()))
            .map());
    boolean lookUp = picture.number() % TEXT_ONLY_EVERY == 0;
    if (lookUp) {
      withoutPicture(poser.posed(LookUps.draw(random), random));
    }
    tally = tally.with(lookUp ? 2 : 1);
  }

  private void withoutPicture(PosedChoice choice) throws IOException {
    String pid = Integer.toString(++lastPid);
    problems.add(pid, problem(choice, null));
    conversations.add(
        JsonFields.of("id", pid)
            .and("conversations", turns(Prompts.cqm(choice), choice.letter()))
            .map());
  }

  private Map<String, Object> problem(PosedChoice choice, String image) {
    TopicField field = choice.topic().field();
    return JsonFields.of("question", choice.text())
        .and("choices", choice.options())
        .and("answer", choice.answer())
        .and("hint", choice.hint())
        .and("image", image)
        .and("task", "closed choice")
        .and("grade", field.grade())
        .and("subject", field.subject())
        .and("topic", field.topic())
        .and("category", field.category())
        .and("skill", field.skill())
        .and("lecture", "")
        .and("solution", Text.format("The answer is %s.", choice.options().get(choice.answer())))
        .and("split", split)
        .map();
  }

  private static List<Map<String, Object>> turns(String human, String gpt) {
    return List.of(
        JsonFields.of("from", "human").and("value", human).map(),
        JsonFields.of("from", "gpt").and("value", gpt).map());
  }

  @Override
  public WrittenCounts tally() {
    return tally;
  }

  @Override
  public void close() throws IOException {
    problems.close();
    conversations.close();
    List<String> all = IntStream.rangeClosed(1, lastPid).mapToObj(Integer::toString).toList();
    List<String> small = all.subList(0, (all.size() + MINI - 1) / MINI);
    List<String> none = List.of();
    boolean train = split.equals(Split.TRAIN.displayName());
    JsonFields splits =
        JsonFields.of("train", train ? all : none)
            .and("val", none)
            .and("test", train ? none : all)
            .and("trainval", train ? all : none)
            .and("minitrain", train ? small : none)
            .and("minival", none)
            .and("minitest", train ? none : small);
    JsonArrayWriter.write(folder.resolve("pid_splits.json"), splits.map());
  }
}
