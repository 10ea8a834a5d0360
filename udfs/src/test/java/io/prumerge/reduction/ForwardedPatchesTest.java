package io.prumerge.reduction;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.config.ModelTraits;
import io.prumerge.config.ReferenceModel;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class ForwardedPatchesTest {

  private static final PatchTokens IMAGE = ArrayPatchTokens.scored(new float[16]);

  private static final ModelTraits OTHERS =
      new ModelTraits(7, ReferenceModel.QWEN_VL, true, true, true, true, true, false);

  private record Forwarded(PatchTokens image) implements ForwardedPatches {}

  /** Methods in jars that know no {@link ModelTraits} answer so. */
  @Test
  void whatAnImageAnswersByItselfGoesOn() {
    PatchTokens answering =
        new ForwardedPatches() {
          @Override
          public PatchTokens image() {
            return IMAGE;
          }

          @Override
          public int queries() {
            return 7;
          }

          @Override
          public ReferenceModel reference() {
            return ReferenceModel.QWEN_VL;
          }

          @Override
          public boolean crossAttended() {
            return true;
          }

          @Override
          public boolean learnedPositions() {
            return true;
          }

          @Override
          public boolean positionsHaveParts() {
            return true;
          }

          @Override
          public boolean ofBlocks() {
            return true;
          }

          @Override
          public boolean feedsClassToken() {
            return false;
          }
        };
    assertThat(new Forwarded(new Forwarded(answering)).traits()).isEqualTo(OTHERS);
  }

  @Test
  void eachAnswerIsThatOfTheTraits() {
    PatchTokens image =
        new ForwardedPatches() {
          @Override
          public PatchTokens image() {
            return IMAGE;
          }

          @Override
          public ModelTraits traits() {
            return OTHERS;
          }
        };
    assertThat(new Forwarded(image).traits()).isEqualTo(OTHERS);
    assertThat(new Forwarded(IMAGE).traits()).isEqualTo(ModelTraits.LLAVA);
  }

  @Test
  void anImageThatSaysOnlyThatItHasNoClassTokenFeedsNone() {
    PatchTokens image =
        (PatchTokens)
            Proxy.newProxyInstance(
                PatchTokens.class.getClassLoader(),
                new Class<?>[] {PatchTokens.class},
                (proxy, method, arguments) ->
                    method.getName().equals("hasClassToken")
                        ? false
                        : InvocationHandler.invokeDefault(proxy, method, arguments));
    assertThat(image.feedsClassToken()).isFalse();
    assertThat(new Forwarded(image).feedsClassToken()).isFalse();
  }

  @Test
  void whatIsFedIsForwardedWhetherThereIsAClassTokenOrNot() {
    PatchTokens without =
        new ForwardedPatches() {
          @Override
          public PatchTokens image() {
            return IMAGE;
          }

          @Override
          public boolean hasClassToken() {
            return false;
          }
        };
    assertThat(new Forwarded(without).feedsClassToken()).isTrue();
  }
}
