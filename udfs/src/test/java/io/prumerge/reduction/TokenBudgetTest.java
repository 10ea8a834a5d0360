package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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

  /** Views x patches of each, of a video after {@code v}; and what each view keeps. */
  @ParameterizedTest
  @CsvSource({
    "1x16 v3x4, 14, 8 2 2 2",
    "v3x4 1x16, 14, 2 2 2 8",
    "1x16 v3x4, 15, 8 3 2 2",
    "v3x4 v2x3, 9, 2 2 2 2 1",
    "v2x2 v1x6, 5, 1 1 3",
    "v1x4 1x4 v1x4, 7, 2 2 3",
    "1x1 v4x9, 6, 1 2 1 1 1", // which would be 0 and 6
    "v9x1 1x100, 11, 1 1 1 1 1 1 1 1 1 2",
    "3x4 3x4, 11, 1 1 1 1 1 1", // as before: the rest of a picture in tiles is lost
    "1x4 1x16, 10, 2 8",
  })
  void imagesAndVideosShareByTheirPatches(String prompt, int tokens, String shares) {
    List<List<ArrayPatchTokens>> images = new ArrayList<>();
    for (String one : prompt.split(" ")) {
      String[] size = one.replace("v", "").split("x");
      List<ArrayPatchTokens> views = views(Integer.parseInt(size[0]), Integer.parseInt(size[1]));
      images.add(one.startsWith("v") ? ArrayPatchTokens.video(views) : views);
    }

    assertThat(shares(method("first:tokens=" + tokens), ArrayPatchTokens.prompt(images)))
        .containsExactly(Stream.of(shares.split(" ")).mapToInt(Integer::parseInt).toArray());
  }

  /** Any number that all views can keep is kept; all of it by videos, and beside one picture. */
  @Test
  void partsAddUpToWhatWasAsked() {
    Random random = new Random(5);
    for (int round = 0; round < 300; round++) {
      List<List<ArrayPatchTokens>> images = new ArrayList<>();
      int pictures = random.nextInt(3);
      for (int image = 0; image < pictures; image++) {
        images.add(views(1, 1 + random.nextInt(12)));
      }
      for (int video = random.nextInt(3) + (pictures == 0 ? 1 : 0); video > 0; video--) {
        images.add(
            random.nextInt(images.size() + 1),
            ArrayPatchTokens.video(views(1 + random.nextInt(4), 1 + random.nextInt(6))));
      }
      List<ArrayPatchTokens> views = ArrayPatchTokens.prompt(images);
      boolean exact = pictures < 2 && images.size() > pictures;
      int all = views.stream().mapToInt(ArrayPatchTokens::count).sum();
      for (int tokens = views.size(); tokens <= all; tokens++) {
        TokenBudget budget = new TokenBudget(tokens);
        assertThat(views)
            .allSatisfy(view -> assertThat(budget.tokens(view)).isBetween(1, view.count()));
        int sum = views.stream().mapToInt(budget::tokens).sum();
        assertThat(sum).isBetween(exact ? tokens : tokens - pictures + 1, tokens);
      }
      for (int tokens = images.size(); tokens <= all; tokens++) {
        TokenBudget budget = new TokenBudget(tokens);
        int sum = images.stream().mapToInt(image -> budget.ofImage(image.get(0), true)).sum();
        assertThat(sum).isBetween(exact ? tokens : tokens - Math.max(0, pictures - 1), tokens);
      }
    }
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
