package io.prumerge.reduction.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.config.ModelTraits;
import io.prumerge.config.ReferenceModel;
import io.prumerge.reduction.ArrayPatchTokens;
import io.prumerge.reduction.PatchTokens;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class ForwardedPatchesTest {

  private static final PatchTokens IMAGE = ArrayPatchTokens.scored(new float[16]);

  private static final ModelTraits OTHERS =
      new ModelTraits(7, ReferenceModel.QWEN_VL, true, true, true, true, true, false, true);

  private record Forwarded(PatchTokens image) implements ForwardedPatches {}

  /** An image that answers one question itself, and the others as the interface does. */
  private static PatchTokens answering(String question, Object answer) {
    return (PatchTokens)
        Proxy.newProxyInstance(
            PatchTokens.class.getClassLoader(),
            new Class<?>[] {PatchTokens.class},
            (proxy, method, arguments) ->
                method.getName().equals(question)
                    ? answer
                    : InvocationHandler.invokeDefault(proxy, method, arguments));
  }

  private static ModelTraits answers(PatchTokens image) {
    return new ModelTraits(
        image.queries(),
        image.reference(),
        image.crossAttended(),
        image.learnedPositions(),
        image.positionsHaveParts(),
        image.hasClassToken(),
        image.ofBlocks(),
        image.feedsClassToken(),
        image.traits().takesSomePixels());
  }

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
    assertThat(answers(new Forwarded(new Forwarded(answering)))).isEqualTo(OTHERS);
  }

  @Test
  void eachAnswerIsThatOfTheTraits() {
    PatchTokens image = answering("traits", OTHERS);
    assertThat(answers(image)).isEqualTo(OTHERS);
    assertThat(answers(new Forwarded(image))).isEqualTo(OTHERS);
    assertThat(new Forwarded(image).traits()).isEqualTo(OTHERS);
    assertThat(answers(IMAGE)).isEqualTo(ModelTraits.LLAVA);
  }

  @Test
  void anImageThatSaysOnlyThatItHasNoClassTokenFeedsNone() {
    PatchTokens image = answering("hasClassToken", false);
    assertThat(image.feedsClassToken()).isFalse();
    assertThat(new Forwarded(image).feedsClassToken()).isFalse();
  }
}
