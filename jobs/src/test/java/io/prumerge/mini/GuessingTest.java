package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.mini.scene.Split;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scores of guesses without images, by the frequencies of answers in the train split. */
@Tag("slow")
class GuessingTest {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";

  private static Generated test;

  /** Counts of answers, by question and answer. */
  private static final Map<String, Map<String, Integer>> ANSWERS = new HashMap<>();

  /** Counts of right and wrong options, by question and option. */
  private static final Map<String, int[]> OPTIONS = new HashMap<>();

  @BeforeAll
  static void learn() throws IOException {
    test = Generated.of(Split.TEST, 1000);
    Generated train = Generated.of(Split.TRAIN, 2000);
    for (JsonNode one : train.json("train.json")) {
      String human =
          one.get("conversations").get(0).get("value").textValue().replace("<image>\n", "");
      String gpt = one.get("conversations").get(1).get("value").textValue();
      if (human.endsWith(SHORT)) {
        ANSWERS
            .computeIfAbsent(human.replace(SHORT, ""), key -> new HashMap<>())
            .merge(gpt, 1, Integer::sum);
      }
    }
    for (JsonNode problem : train.json("scienceqa/problems.json")) {
      int place = 0;
      for (String option : Generated.texts(problem.get("choices"))) {
        boolean right = place++ == problem.get("answer").intValue();
        OPTIONS.computeIfAbsent(key(problem, option), key -> new int[2])[right ? 1 : 0]++;
      }
    }
  }

  private static String key(JsonNode problem, String option) {
    return problem.get("hint").textValue()
        + "\n"
        + problem.get("question").textValue()
        + "\n"
        + option;
  }

  private static String guess(String question) {
    return ANSWERS.getOrDefault(question, Map.of("yes", 1)).entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .orElseThrow()
        .getKey();
  }

  private static double share(List<Boolean> hits) {
    return hits.stream().mapToInt(hit -> hit ? 1 : 0).average().orElseThrow();
  }

  @Test
  void yesAndNoAreEquallyCommonAndNotGuessed() throws IOException {
    List<Boolean> pope = new ArrayList<>();
    for (String setting : List.of("random", "popular", "adversarial")) {
      for (JsonNode line : test.jsonLines("pope/coco/coco_pope_%s.json".formatted(setting))) {
        pope.add(guess(line.get("text").textValue()).equals(line.get("label").textValue()));
      }
    }
    assertThat(share(pope)).isLessThan(0.56);
    List<Boolean> mme = new ArrayList<>();
    for (MmeWriter.Task task : MmeWriter.Task.values()) {
      for (String line : test.lines("mme/eval_tool/Your_Results/%s.txt".formatted(task.folder()))) {
        String[] cells = line.split("\t");
        mme.add(
            guess(cells[1].replace(" Please answer yes or no.", "")).equalsIgnoreCase(cells[2]));
      }
    }
    assertThat(share(mme)).isLessThan(0.56);
  }

  @Test
  void openAnswersAreNotGuessed() throws IOException {
    JsonNode questions =
        test.json("vqav2/v2_OpenEnded_mscoco_val2014_questions.json").get("questions");
    JsonNode annotations = test.json("vqav2/v2_mscoco_val2014_annotations.json").get("annotations");
    Map<String, List<Boolean>> hits = new TreeMap<>();
    int yes = 0;
    for (int i = 0; i < questions.size(); i++) {
      String gold = annotations.get(i).get("multiple_choice_answer").textValue();
      hits.computeIfAbsent(
              annotations.get(i).get("answer_type").textValue(), type -> new ArrayList<>())
          .add(guess(questions.get(i).get("question").textValue()).equals(gold));
      yes += gold.equals("yes") ? 1 : 0;
    }
    assertThat(share(hits.get("yes/no"))).isLessThan(0.58);
    assertThat(2.0 * yes / hits.get("yes/no").size()).isCloseTo(1, within(0.04));
    assertThat(share(hits.get("number"))).isLessThan(0.42);
    assertThat(share(hits.get("other"))).isLessThan(0.42);
    List<Boolean> text = new ArrayList<>();
    for (JsonNode one : test.json("textvqa/TextVQA_0.5.1_val.json").get("data")) {
      List<String> answers = Generated.texts(one.get("answers"));
      answers.sort(Comparator.naturalOrder());
      text.add(answers.get(4).equals(guess(one.get("question").textValue())));
    }
    assertThat(share(text)).isLessThan(0.2);
    List<Boolean> charts = new ArrayList<>();
    for (JsonNode one : test.json("chartqa/test_augmented.json")) {
      charts.add(guess(one.get("query").textValue()).equals(one.get("label").textValue()));
    }
    assertThat(share(charts)).isLessThan(0.42);
    List<Boolean> pages = new ArrayList<>();
    for (JsonNode one : test.json("docvqa/val_v1.0.json").get("data")) {
      pages.add(
          one.get("answers").get(0).textValue().equals(guess(one.get("question").textValue())));
    }
    assertThat(share(pages)).isLessThan(0.05);
  }

  @Test
  void lettersAreEquallyCommonAndOptionsNotGuessed() throws IOException {
    List<Boolean> hits = new ArrayList<>();
    double chance = 0;
    Map<Integer, int[]> letters = new TreeMap<>();
    for (JsonNode problem : test.json("scienceqa/problems.json")) {
      List<String> options = Generated.texts(problem.get("choices"));
      int answer = problem.get("answer").intValue();
      letters.computeIfAbsent(options.size(), length -> new int[length])[answer]++;
      if (!problem.get("image").isNull()) {
        String guess =
            options.stream()
                .max(Comparator.comparingDouble(option -> promise(key(problem, option))))
                .orElseThrow();
        hits.add(guess.equals(options.get(answer)));
        chance += 1.0 / options.size();
      }
    }
    assertThat(share(hits)).isLessThan(chance / hits.size() + 0.1);
    letters.forEach(
        (length, counts) -> {
          for (int count : counts) {
            assertThat(count).isBetween(counts[0] - 1, counts[0] + 1);
          }
        });
  }

  private static double promise(String key) {
    int[] counts = OPTIONS.getOrDefault(key, new int[2]);
    return (counts[1] + 1.0) / (counts[0] + counts[1] + 3);
  }
}
