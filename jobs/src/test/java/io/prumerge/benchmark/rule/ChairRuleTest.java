package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.RuleSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChairRuleTest {

  /** Those of the vectors' captions, with words of each kind that is never mentioned. */
  private static final List<String> OBJECTS =
      List.of(
          "person, man, woman, people, child, children, kid, baby, adult, passenger, player",
          "bicycle, bike",
          "motorcycle,  motor bike",
          "airplane, jet",
          "bus",
          "train",
          "traffic light, stop light",
          "stop sign",
          "bird, goose",
          "cat",
          "dog",
          "horse",
          "sheep",
          "elephant",
          "bear",
          "tie, bow tie",
          "frisbee",
          "skis, ski",
          "sports ball, ball",
          "kite",
          "wine glass",
          "fork",
          "knife, pocketknife",
          "orange",
          "hot dog",
          "cake,  cheesecake",
          "chair, seat",
          "couch",
          "potted plant",
          "dining table, table, desk ",
          "toilet",
          "tv, monitor",
          "laptop, computer",
          "mouse",
          "cell phone, iPhone",
          "oven, stove, stove top oven",
          "scissors",
          "teddy bear");

  private static final ChairRule RULE = ChairRule.of(new RuleSettings(Map.of("objects", OBJECTS)));

  /** Captions that lmms-eval and the original read in two ways, and whom this rule follows. */
  private static final Map<String, String> DIFFERENT =
      Map.of(
          "A bow tie and two ties", "lmms",
          "A bus and several buses", "lmms",
          "A woman is skiing down the slope on skis", "original",
          "sheep and geese near a fence", "original");

  @Test
  void mentionsAreThoseOfOneOfTheTwo() throws IOException {
    int different = 0;
    for (JsonNode one : RuleVectors.read("chair_vectors").get("cases")) {
      String caption = one.get("caption").textValue();
      assertThat(RULE.mentions(caption))
          .as(caption)
          .isEqualTo(RuleVectors.texts(one.get(DIFFERENT.getOrDefault(caption, "lmms"))));
      boolean differs = !one.get("lmms").equals(one.get("original"));
      assertThat(differs).as(caption).isEqualTo(DIFFERENT.containsKey(caption));
      different += differs ? 1 : 0;
    }
    assertThat(different).isEqualTo(DIFFERENT.size());
  }

  @ParameterizedTest
  @CsvSource({
    "The men's pocketknives, person knife",
    "two baby elephants and an adult, elephant person",
    "passenger jets, airplane",
    "a dog at home plate by the train tracks, dog",
    "hot dogs and a hot. Dog, hot dog dog", // a mark separates
    "a dog-cat and/or.dog dog—cat, dog cat",
    "a cheesecake for an iPhone, ''",
    "DOGS (and cats)!, dog cat",
    "the toilet is by the seats, toilet",
    "the seats, chair",
  })
  void wordsAreFoundInAllForms(String caption, String expected) {
    assertThat(String.join(" ", RULE.mentions(caption))).isEqualTo(expected);
  }

  @Test
  void figuresAreSumsOfCounts() {
    Score half = score("A man with two cats and a dog, and another cat");
    assertThat(half.parsed()).isEqualTo("person, cat, dog, cat");
    assertThat(half.value()).isZero();
    assertThat(half.addends()).isEqualTo(addends(1, 4, 2, 2));
    Score right = score("A man, a man");
    assertThat(right.value()).isEqualTo(1);
    assertThat(right.addends()).isEqualTo(addends(0, 2, 0, 1));
    assertThat(score("nothing").value()).isEqualTo(1);
    assertThat(score("nothing").addends()).isEqualTo(addends(0, 0, 0, 0));
  }

  /** Scores a caption of a picture of a dog and a person. */
  private static Score score(String caption) {
    return RULE.score(caption, RuleVectors.reference(List.of("dog", "person", "dog"), List.of()));
  }

  private static Map<Addend, Double> addends(
      double hallucinating, double mentions, double hallucinated, double found) {
    return Map.of(
        Addend.CAPTIONS, 1.0,
        Addend.HALLUCINATING, hallucinating,
        Addend.MENTIONS, mentions,
        Addend.HALLUCINATED, hallucinated,
        Addend.SHOWN, 2.0,
        Addend.FOUND, found);
  }

  @Test
  void aTruthIsAnObjectOfTheList() {
    assertThat(RULE.problem(RuleVectors.reference(List.of("dog", "man"), List.of())))
        .contains("is none of the objects: 'man'");
    assertThat(RULE.problem(RuleVectors.reference(List.of("dog"), List.of()))).isEmpty();
  }

  @Test
  void aListIsNeeded() {
    assertThatThrownBy(() -> ChairRule.of(new RuleSettings(Map.of())))
        .hasMessageStartingWith("objects must list objects with their synonyms");
  }

  /** Words from the left: a pair if there is one, otherwise the word. */
  private static List<String> slow(String caption) {
    List<String> found = new ArrayList<>();
    String rest = caption.strip();
    while (!rest.isEmpty()) {
      String[] words = rest.split(" ", 3);
      String pair = words.length > 1 ? words[0] + " " + words[1] : "";
      boolean isPair =
          List.of("stop sign", "hot dog", "teddy bear", "baby bear", "baby dog").contains(pair);
      String word = isPair ? pair.replace("baby ", "") : words[0];
      if (List.of("stop sign", "hot dog", "teddy bear", "bear", "dog").contains(word)) {
        found.add(word);
      } else if (word.equals("baby")) {
        found.add("person");
      }
      rest = rest.substring(isPair ? pair.length() : words[0].length()).strip();
    }
    return found;
  }

  @Test
  void pairsAreJoinedFromTheLeft() {
    String[] words = {"stop", "sign", "hot", "dog", "teddy", "bear", "baby", "red"};
    Random random = new Random(4);
    for (int i = 0; i < 20_000; i++) {
      String caption =
          random
              .ints(random.nextInt(9), 0, words.length)
              .mapToObj(word -> words[word])
              .collect(Collectors.joining(" "));
      assertThat(RULE.mentions(caption)).as(caption).isEqualTo(slow(caption));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dog ", "a", "a-", "-", "hot dog ", "toilet seat ", " ", "\ud800", "9"})
  void hostileTextsAreScoredInTime(String part) {
    String text = part.repeat(ProcessorTime.LONG / part.length());
    ProcessorTime.requireLittle(
        () -> RULE.score(text, RuleVectors.reference(List.of("dog"), List.of())));
  }
}
