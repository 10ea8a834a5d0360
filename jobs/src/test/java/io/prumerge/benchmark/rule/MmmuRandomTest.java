package io.prumerge.benchmark.rule;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Letters;
import io.prumerge.text.PythonRandom;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MmmuRandomTest {

  @ParameterizedTest
  @CsvSource({"llava1.5_13b, 2", "qwen_vl, 48"})
  void lettersAreTheReleasedOnes(String model, int expected) throws IOException {
    Map<String, String> released = new LinkedHashMap<>();
    List<JsonNode> picks = new ArrayList<>();
    for (JsonNode pick :
        RuleVectors.read("mmmu_random_picks").get("picks [id, options, letter]").get(model)) {
      released.put(pick.get(0).textValue(), pick.get(2).textValue());
      picks.add(pick);
    }
    assertThat(released).hasSize(expected);
    Collections.shuffle(picks, new Random(1));
    Map<String, List<String>> undecided = new LinkedHashMap<>();
    picks.forEach(
        pick ->
            undecided.put(
                pick.get(0).textValue(),
                IntStream.range(0, pick.get(1).intValue()).mapToObj(Letters::of).toList()));
    assertThat(new ArrayList<>(MmmuRandom.letters(undecided).entrySet()))
        .isEqualTo(new ArrayList<>(released.entrySet()));
  }

  @Test
  void theFirstFortyOfFourAreTheReleasedOnes() throws IOException {
    PythonRandom random = new PythonRandom(42);
    assertThat(
            IntStream.range(0, 40)
                .mapToObj(i -> Letters.of(random.choice(4)))
                .collect(Collectors.joining()))
        .isEqualTo(RuleVectors.read("mmmu_random_picks").get("first_40_of_choice_4").textValue());
  }

  @Test
  void subjectsAreDrawnForInTheOrderOfTheEvaluator() throws IOException {
    Map<String, List<String>> undecided = new TreeMap<>(Collections.reverseOrder());
    List<String> expected = new ArrayList<>();
    for (JsonNode subject : RuleVectors.read("mmmu_random_picks").get("subject_order")) {
      for (int number : new int[] {2, 10}) {
        expected.add("validation_" + subject.textValue() + "_" + number);
        undecided.put(expected.get(expected.size() - 1), List.of("A", "B"));
      }
    }
    assertThat(expected).hasSize(60);
    assertThat(new ArrayList<>(MmmuRandom.letters(undecided).keySet())).isEqualTo(expected);
  }

  @Test
  void otherIdsHaveAnOrderToo() {
    List<String> expected =
        List.of("", "02", "2", "10", "9999999999", "a", "a_b_1", "a_b_1\n", "b2", "b10");
    for (int seed = 0; seed < 10; seed++) {
      List<String> ids = new ArrayList<>(expected);
      Collections.shuffle(ids, new Random(seed));
      Map<String, List<String>> undecided = new LinkedHashMap<>();
      ids.forEach(id -> undecided.put(id, List.of("A", "C")));
      assertThat(new ArrayList<>(MmmuRandom.letters(undecided).keySet())).isEqualTo(expected);
      assertThat(MmmuRandom.letters(undecided).values()).containsOnly("A", "C");
    }
  }
}
