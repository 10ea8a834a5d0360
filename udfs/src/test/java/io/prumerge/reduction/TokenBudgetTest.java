package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the views of an image or a video share a number of tokens. */
class TokenBudgetTest {

  private static List<ArrayPatchTokens> views(int count, int patches) {
    Random random = new Random(7);
    return IntStream.range(0, count)
        .mapToObj(
            view -> {
              float[] attention = new float[patches];
              for (int patch = 0; patch < patches; patch++) {
                attention[patch] = random.nextFloat();
              }
              return ArrayPatchTokens.scored(attention);
            })
        .toList();
  }

  private static int[] shares(TokenReducer method, List<ArrayPatchTokens> views) {
    TokenReducer sized = method.on(views.get(0));
    return views.stream().mapToInt(sized::tokens).toArray();
  }

  private static TokenReducer method(String spec) {
    return TokenReducers.of(MethodSpec.parse(spec));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 9, 4, 4",
    "2, 9, 4, 2 2",
    "2, 9, 5, 3 2",
    "3, 9, 3, 1 1 1",
    "3, 9, 8, 3 3 2",
    "5, 9, 7, 2 2 1 1 1",
    "5, 9, 45, 9 9 9 9 9",
    "5, 9, 44, 9 9 9 9 8",
  })
  void theFirstViewsOfAVideoHaveTheRemainder(int frames, int patches, int tokens, String shares) {
    int[] expected = Arrays.stream(shares.split(" ")).mapToInt(Integer::parseInt).toArray();

    assertThat(
            shares(
                method("first:tokens=" + tokens), ArrayPatchTokens.video(views(frames, patches))))
        .containsExactly(expected);
  }

  @Test
  void theRemainderOfAnImageInTilesIsLost() {
    assertThat(shares(method("first:tokens=8"), ArrayPatchTokens.together(views(3, 9))))
        .containsExactly(2, 2, 2);
  }

  @ParameterizedTest
  @CsvSource({"25%, 34", "33.3%, 45", "100%, 135", "@uniform:tokens=17, 17", "@mean:16, 16"})
  void aVideoHasAllTokensOfAnyBudget(String budget, int tokens) {
    List<ArrayPatchTokens> video = ArrayPatchTokens.video(views(15, 9));

    assertThat(shares(method("uniform:tokens=" + budget), video))
        .satisfies(shares -> assertThat(IntStream.of(shares).sum()).isEqualTo(tokens));
  }

  @Test
  void adaptiveMethodsChooseFrameByFrame() {
    List<ArrayPatchTokens> video = ArrayPatchTokens.video(views(4, 64));
    TokenReducer adaptive = method("prumerge:merge=false,summary=false");
    int[] alone =
        video.stream()
            .mapToInt(view -> adaptive.tokens(ArrayPatchTokens.scored(view.clsAttention())))
            .toArray();

    assertThat(shares(adaptive, video)).containsExactly(alone);
    assertThat(
            IntStream.of(shares(method("random:tokens=@prumerge:merge=false,summary=false"), video))
                .sum())
        .isEqualTo(IntStream.of(alone).sum());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | Cannot keep 2 tokens: the video has 3 views, each of which keeps at least one; give"
            + " tokens=3 or more",
        "28 | Cannot keep 28 tokens: the video has 27 patches; give tokens=27 or fewer",
        "1% | Cannot keep 1 tokens: the video has 3 views, each of which keeps at least one; give"
            + " tokens=3 or more",
      })
  void refusesNumbersThatNoVideoHas(String tokens, String why) {
    List<ArrayPatchTokens> video = ArrayPatchTokens.video(views(3, 9));

    assertThatExceptionOfType(ReductionException.class)
        .isThrownBy(() -> shares(method("first:tokens=" + tokens), video))
        .withMessage(why);
  }
}
