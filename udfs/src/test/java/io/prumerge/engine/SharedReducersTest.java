package io.prumerge.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.Goldens;
import io.prumerge.image.Visual;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import io.prumerge.reduction.run.ReduceBy;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Reducers that all requests of a task share, against reducers built anew for each image. */
@Tag("model")
class SharedReducersTest {

  private static final List<String> PICTURES =
      List.of("wide.png", "gray.png", "square-96.png", "tall.png", "photo.png");
  private static final List<Question> QUESTIONS =
      List.of(new Question("What is this?", 2), new Question("And is it red?", 2));

  // Budgets resolved image by image, positions and pairs, in addition to each method alone.
  private static final List<String> COMPOSED =
      List.of(
          "uniform:tokens=@prumerge",
          "fastv:layer=1,flops=@uniform:tokens=400",
          "divprune:tokens=@prumerge,positions=kept",
          "prumerge+..fastv:layer=1");

  private static List<MethodSpec> methods() {
    return Stream.concat(
            TokenReducers.names().stream()
                .map(TokenReducers::named)
                .filter(method -> !method.takesAnyNumber())
                .map(SharedReducersTest::example),
            COMPOSED.stream())
        .map(MethodSpec::parse)
        .filter(spec -> TokenReducers.of(spec).clips().isEmpty())
        .toList();
  }

  private static String example(ReducerFactory method) {
    String example = method.about().example();
    return example.isEmpty() ? method.name() : method.name() + ":" + example;
  }

  private static ImageRequest request(String picture, List<TokenReducer> reducers)
      throws IOException {
    byte[] image = Files.readAllBytes(Goldens.path("images/" + picture));
    return new ImageRequest(Visual.pictures(List.of(image)), QUESTIONS, reducers, ReduceBy.EACH);
  }

  // All but times.
  private static List<Object> values(Answer answer) {
    return Arrays.asList(
        answer.question(),
        answer.method(),
        answer.methodSized(),
        answer.text(),
        answer.error(),
        answer.tokens().visualAfter(),
        answer.tokens().visualLayerMean(),
        Arrays.toString(answer.tokens().keptIndices()),
        answer.work().cost(),
        answer.work().flopsExecuted());
  }

  @Test
  void answerAsReducersOfTheirOwnDo() throws Exception {
    List<MethodSpec> methods = methods();
    List<TokenReducer> shared = TokenReducers.of(methods);
    try (ModelLease lease =
        LlavaEngine.acquire(LlavaEngineTest.config("mha", ImageAspect.CROP, "vicuna_v1"))) {
      // The keys of the system's text, which stay, are charged to the first answers.
      lease.answer(request(PICTURES.get(0), shared));
      List<CompletableFuture<List<Answer>>> together = new ArrayList<>();
      for (String picture : PICTURES) {
        together.add(lease.submit(request(picture, shared), Duration.ofMinutes(1)));
      }
      int answered = 0;
      for (int i = 0; i < PICTURES.size(); i++) {
        List<Answer> own = lease.answer(request(PICTURES.get(i), TokenReducers.of(methods)));
        assertThat(together.get(i).get())
            .extracting(SharedReducersTest::values)
            .isEqualTo(own.stream().map(SharedReducersTest::values).toList());
        answered += (int) own.stream().filter(answer -> answer.error() == null).count();
      }
      assertThat(answered).isGreaterThan(PICTURES.size() * QUESTIONS.size() * 25);
    } finally {
      LlavaEngine.releaseIdle();
    }
  }
}
