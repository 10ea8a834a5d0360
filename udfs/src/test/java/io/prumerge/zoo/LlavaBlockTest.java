package io.prumerge.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoding.Finish;
import io.prumerge.model.decoding.Generation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LlavaBlockTest {

  private static Generation generation(Finish finish, int... ids) {
    return new Generation(
        ids,
        finish,
        new PassWork(0, 0, 0),
        0,
        0,
        List.of(),
        OptionalDouble.empty(),
        Optional.empty());
  }

  @Test
  void noArgumentHasAValueThatItsDeclarationRefuses() {
    LlavaBlockFactory factory = new LlavaBlockFactory();
    Stream.concat(LoadSettings.ALL.stream().map(TypedSetting::name), Stream.of("maxNewTokens"))
        .forEach(
            name ->
                assertThatThrownBy(() -> factory.newBlock(null, null, Map.of(name, "no such")))
                    .hasMessageMatching(
                        "(Unknown|Cannot use) " + name + "( template)? 'no such'.*"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> factory.newBlock(null, null, Map.of("maxNewTokens", "-1")))
        .withMessage("Cannot set maxNewTokens to -1: Most new tokens; 0: the checkpoint's own");
  }

  @Test
  void whatEndedIsAnAnswer() {
    assertThat(LlavaBlock.ids(generation(Finish.EOS, 5, 2))).containsExactly(5, 2);
    assertThat(LlavaBlock.ids(generation(Finish.LENGTH, 5, 6))).containsExactly(5, 6);
  }

  @Test
  void aQuestionWithoutRoomIsNoEmptyAnswer() {
    assertThatThrownBy(() -> LlavaBlock.ids(generation(Finish.OUT_OF_MEMORY)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no memory for this question after 0 tokens");
    assertThatThrownBy(() -> LlavaBlock.ids(generation(Finish.OUT_OF_MEMORY, 5, 6)))
        .hasMessageContaining("after 2 tokens");
  }

  @Test
  void whatIsNoNumberOrWasGivenUpIsNoAnswer() {
    for (Finish finish : new Finish[] {Finish.NOT_FINITE, Finish.ABANDONED}) {
      assertThatThrownBy(() -> LlavaBlock.ids(generation(finish)))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
