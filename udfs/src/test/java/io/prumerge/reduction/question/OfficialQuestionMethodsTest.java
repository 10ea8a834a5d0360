package io.prumerge.reduction.question;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.ArrayReduction;
import io.prumerge.reduction.ClipReading;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.question.MmTok.MmTokWords;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the authors' functions (notebooks/goldens): keywords, and what is kept of tensors. */
class OfficialQuestionMethodsTest {

  private static final String JSON = "questions/questions.json";
  private static final String TENSORS = "questions/questions.safetensors";

  static Stream<JsonNode> cases() throws IOException {
    return StreamSupport.stream(Goldens.json(JSON).get("cases").spliterator(), false);
  }

  private static ArrayPatchTokens patches(JsonNode golden) throws IOException {
    String name = golden.get("name").asText();
    int count = golden.get("patches").asInt();
    float[][] features = rows(name + "/features", count);
    float[][] projected = rows(name + "/projected", count);
    int width = projected[0].length;
    float[][] words = Goldens.rows(TENSORS, name + "/words", width);
    return ArrayPatchTokens.seen(features, new float[count])
        .with(TowerEvidence.Cosines.OF_PROJECTED, cosines(projected, projected))
        .with(new TowerEvidence.WordCosines(MmTokWords.KEYWORDS), cosines(words, projected))
        .with(
            new TowerEvidence.ClipProducts("c", ClipTexts.WHOLE, ClipReading.CUT_OFF),
            Goldens.floats(TENSORS, name + "/trim_products"))
        .with(
            new TowerEvidence.ClipProducts("c", ClipTexts.QUESTION, ClipReading.PIECES),
            Goldens.floats(TENSORS, name + "/piece_cosines"));
  }

  private static float[][] rows(String tensor, int count) throws IOException {
    return Goldens.rows(TENSORS, tensor, Goldens.floats(TENSORS, tensor).length / count);
  }

  private static float[] cosines(float[][] ones, float[][] others) {
    float[] cosines = new float[ones.length * others.length];
    for (int one = 0; one < ones.length; one++) {
      for (int other = 0; other < others.length; other++) {
        cosines[one * others.length + other] =
            (float)
                (dot(ones[one], others[other])
                    / Math.sqrt(dot(ones[one], ones[one]) * dot(others[other], others[other])));
      }
    }
    return cosines;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (double) one[i] * other[i];
    }
    return sum;
  }

  @ParameterizedTest(name = "case {index}")
  @MethodSource("cases")
  void chooseAsTheirAuthorsCode(JsonNode golden) throws IOException {
    ArrayPatchTokens patches = patches(golden);
    int compared = 0;
    for (Map.Entry<String, JsonNode> method : golden.get("methods").properties()) {
      JsonNode official = method.getValue();
      if (!official.get("sharp").asBoolean()) {
        continue;
      }
      String key = golden.get("name").asText() + "/" + method.getKey();
      ArrayReduction reduction =
          (ArrayReduction) TokenReducers.of(spec(method.getKey())).reduce(patches);
      int[] expected =
          StreamSupport.stream(official.get("kept").spliterator(), false)
              .mapToInt(JsonNode::asInt)
              .toArray();
      int[] kept =
          reduction
              .keptIndices()
              .orElseGet(() -> IntStream.range(0, golden.get("patches").asInt()).toArray());
      assertThat(Arrays.copyOf(kept, expected.length)).as(key).containsExactly(expected);
      if (method.getKey().startsWith("trim")) {
        assertThat(reduction.tokens()).as(key).isEqualTo(expected.length + 1);
        assertMean(reduction.rows()[expected.length], key);
      } else {
        assertThat(reduction.tokens()).as(key).isEqualTo(expected.length);
      }
      compared++;
    }
    assertThat(compared).as(golden.get("name").asText()).isGreaterThan(2);
  }

  private static MethodSpec spec(String method) {
    String clip = method.startsWith("mmtok") ? "" : method.contains(":") ? ",clip=c" : ":clip=c";
    return MethodSpec.parse(method + clip);
  }

  private static void assertMean(double[] mean, String key) throws IOException {
    float[] expected = Goldens.floats(TENSORS, key);
    for (int channel = 0; channel < mean.length; channel++) {
      assertThat(mean[channel]).as(key).isCloseTo(expected[channel], within(1e-5));
    }
  }

  @Test
  void keywordsAreTheirs() throws IOException {
    for (JsonNode golden : Goldens.json(JSON).get("towers")) {
      assertThat(MmTokWords.KEYWORDS.of(golden.get("question").asText()))
          .isEqualTo(golden.get("keywords").asText());
    }
  }
}
