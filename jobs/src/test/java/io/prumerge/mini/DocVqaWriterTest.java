package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.mini.scene.FormPage;
import io.prumerge.mini.scene.PageGenerator;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.mini.scene.ScenePainter;
import io.prumerge.mini.scene.Split;
import io.prumerge.source.ImagePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocVqaWriterTest {

  private static final int PAGES = (Generated.IMAGES + 1) / 2;

  @ParameterizedTest
  @EnumSource(Split.class)
  void asksAboutEveryPage(Split split) throws IOException {
    Generated generated = Generated.of(split);
    String set = split == Split.TEST ? "val" : "train";
    JsonNode file = generated.json("docvqa/%s_v1.0.json".formatted(set));
    assertThat(Generated.names(file))
        .containsExactly("dataset_name", "dataset_version", "dataset_split", "data");
    assertThat(file.get("data")).hasSize(PAGES);
    assertThat(generated.tally("docvqa")).isEqualTo(new WrittenCounts(PAGES, PAGES));
    PageGenerator pages = new PageGenerator(11, split);
    for (int i = 0; i < PAGES; i++) {
      JsonNode one = file.get("data").get(i);
      FormPage page = pages.page(i);
      assertThat(one.get("questionId").intValue()).isEqualTo(i + 1);
      assertThat(one.get("data_split").textValue()).isEqualTo(set);
      assertThat(generated.path("docvqa").resolve(one.get("image").textValue()))
          .hasBinaryContent(PngWriter.write(ScenePainter.paint(page)));
      assertThat(Generated.texts(one.get("answers")))
          .containsExactly(Generated.value(page, one.get("question").textValue()));
    }
  }

  @Test
  void theReaderOfDocVqaAsksAsLlavaDoes() throws IOException {
    Path data = Generated.of(Split.TEST).path("docvqa");
    Benchmark docVqa = Benchmarks.KNOWN.named("docvqa");
    List<BenchmarkQuestion> questions =
        Reading.questions(docVqa, data.resolve("val_v1.0.json"), data.resolve("documents"));

    assertThat(questions).hasSize(PAGES);
    BenchmarkQuestion first = questions.get(0);
    assertThat(first.prompt())
        .isEqualTo(first.question() + "\nAnswer the question using a single word or phrase.");
    ImagePlace.InFolder image = (ImagePlace.InFolder) first.image().orElseThrow();
    assertThat(Files.exists(data.resolve(image.id()))).isTrue();
    assertThat(docVqa.score("official", first.answers().get(0), first.reference()).value())
        .isEqualTo(1);
  }
}
