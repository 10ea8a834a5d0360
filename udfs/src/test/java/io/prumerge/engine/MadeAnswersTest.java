package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.Visual;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A request tells how many answers are made before it has all. */
@Tag("model")
class MadeAnswersTest {

  private static final EngineConfig MHA =
      LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1");
  private static final List<Question> QUESTIONS =
      List.of(new Question("What is this?", 4), new Question("And is it red?", 4));

  @AfterEach
  void unload() {
    LlavaEngine.releaseIdle();
  }

  private static List<Integer> made(String... methods) throws IOException {
    List<Integer> made = new CopyOnWriteArrayList<>();
    byte[] image = Files.readAllBytes(Goldens.path("images/wide.png"));
    try (ModelLease lease = LlavaEngine.acquire(MHA)) {
      lease.answer(
          new ImageRequest(
              Visual.pictures(List.of(image)),
              QUESTIONS,
              TokenReducers.of(Stream.of(methods).map(MethodSpec::parse).toList()),
              ReduceBy.EACH,
              made::add));
    }
    return made;
  }

  @Test
  void eachGroupOfMethodsTellsItsOwn() throws IOException {
    assertThat(made("none", "fastervlm:tokens=9", "random:tokens=16"))
        .containsExactlyInAnyOrder(2, 2, 2);
    assertThat(made("none", "fastervlm:tokens=576")).as("the same tokens").containsExactly(4);
  }
}
