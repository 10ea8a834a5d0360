package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.textvqa.TextVqaBenchmark;
import io.prumerge.mini.scene.FormPage;
import io.prumerge.mini.scene.PageGenerator;
import io.prumerge.mini.scene.PngWriter;
import io.prumerge.mini.scene.ScenePainter;
import io.prumerge.mini.scene.Split;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentWriterTest {

  private static final int PAGES = (Generated.IMAGES + 1) / 2;
  private static final String PROMPT =
      "<image>\n%s\nReference OCR token: \nAnswer the question using a single word or phrase.";

  private final Map<ByteBuffer, FormPage> pages = new HashMap<>();

  private Generated generated(Split split) throws IOException {
    PageGenerator generator = new PageGenerator(11, split);
    for (int i = 0; i < PAGES; i++) {
      FormPage page = generator.page(i);
      pages.put(ByteBuffer.wrap(PngWriter.write(ScenePainter.paint(page))), page);
    }
    return Generated.of(split);
  }

  private FormPage page(Generated generated, String image) throws IOException {
    return pages.get(ByteBuffer.wrap(Files.readAllBytes(generated.path(image))));
  }

  @ParameterizedTest
  @EnumSource(Split.class)
  void theReaderOfTextVqaFindsThreeQuestionsAboutEveryPage(Split split) throws IOException {
    Generated generated = generated(split);
    SourceFiles source =
        new SourceFiles(
            List.of(Reading.path(generated.path("documents"))),
            Reading.HADOOP,
            Optional.of(split == Split.TEST ? "val" : "train"));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    new TextVqaBenchmark().read(source, PromptProfile.LLAVA, questions::add);

    assertThat(questions).hasSize(3 * PAGES);
    assertThat(generated.tally("documents")).isEqualTo(new WrittenCounts(PAGES, 3 * PAGES));
    Set<String> asked = new HashSet<>();
    for (BenchmarkQuestion question : questions) {
      String image = ((ImagePlace.InFolder) question.image().orElseThrow()).id();
      FormPage page = page(generated, "documents/train_images/" + image);
      assertThat(asked.add(image + question.question())).isTrue();
      assertThat("<image>\n" + question.prompt()).isEqualTo(PROMPT.formatted(question.question()));
      assertThat(
              Collections.frequency(question.answers(), Generated.value(page, question.question())))
          .isGreaterThanOrEqualTo(7);
    }
  }

  @Test
  void trainingReadsTheWholePageAndAsksForEveryLine() throws IOException {
    int lines = 0;
    Generated generated = generated(Split.TRAIN);
    for (JsonNode one : generated.json(DocumentWriter.TRAINING)) {
      FormPage page = page(generated, one.get("image").textValue());
      assertThat(one.get("id").textValue()).startsWith(page.id() + "-");
      String human = one.get("conversations").get(0).get("value").textValue();
      String gpt = one.get("conversations").get(1).get("value").textValue();
      if (one.get("kind").textValue().equals("page")) {
        assertThat(human).isEqualTo("<image>\nRead the page.");
        assertThat(gpt).isEqualTo(page.text());
        continue;
      }
      assertThat(one.get("kind").textValue()).isEqualTo("document/value");
      String question = human.split("\n")[1];
      assertThat(human).isEqualTo(PROMPT.formatted(question));
      assertThat(gpt).isEqualTo(Generated.value(page, question));
      lines++;
    }
    assertThat(lines).isEqualTo(pages.values().stream().mapToInt(one -> one.lines().size()).sum());
  }

  @Test
  void aTestSplitHasNoTrainingFiles() throws IOException {
    Generated generated = generated(Split.TEST);

    assertThat(generated.path(DocumentWriter.TRAINING)).doesNotExist();
    assertThat(generated.path(RefCocoWriter.TRAINING)).doesNotExist();
  }
}
