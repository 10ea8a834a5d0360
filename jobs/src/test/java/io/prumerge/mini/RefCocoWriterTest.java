package io.prumerge.mini;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.refcoco.RefCoco;
import io.prumerge.mini.question.Phrase;
import io.prumerge.mini.scene.Scene;
import io.prumerge.mini.scene.Split;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RefCocoWriterTest {

  private static final String PROMPT =
      "Please provide the bounding box coordinate of the region this sentence describes: %s.";

  private static Phrase phrase(Scene scene, String text) {
    return Phrase.of(scene).stream()
        .filter(one -> one.text().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private static String box(Phrase phrase) {
    return "[%.1f, %.1f, %.1f, %.1f]"
        .formatted(
            (double) phrase.box().left(),
            (double) phrase.box().top(),
            (double) phrase.box().right(),
            (double) phrase.box().bottom());
  }

  @ParameterizedTest
  @EnumSource(Split.class)
  void theReaderOfRefCocoFindsEveryPhraseAndItsBox(Split split) throws IOException {
    Generated generated = Generated.of(split);
    RefCoco benchmark = new RefCoco();
    SourceFiles source =
        new SourceFiles(
            List.of(Reading.path(generated.path("refcoco"))),
            Reading.HADOOP,
            Optional.of(split == Split.TEST ? "val" : "train"));
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source, PromptProfile.LLAVA, questions::add);

    Set<String> images = new HashSet<>();
    Set<String> boxes = new HashSet<>();
    for (BenchmarkQuestion question : questions) {
      String image = ((ImagePlace.InFolder) question.image().orElseThrow()).id();
      images.add(image);
      Scene scene = generated.scene("refcoco/train2014/" + image);
      Phrase phrase = phrase(scene, question.question());
      assertThat(question.answers()).containsExactly(box(phrase));
      assertThat(boxes.add(image + question.answers())).as("one phrase for a thing").isTrue();
      assertThat(question.prompt()).isEqualTo(PROMPT.formatted(phrase.text()));
      Reference reference =
          new Reference("", question.question(), question.answers(), List.of(), question.extra());
      assertThat(benchmark.score("llava", RefCocoWriter.said(phrase.box()), reference).value())
          .isEqualTo(1);
    }
    assertThat(generated.tally("refcoco"))
        .isEqualTo(new WrittenCounts(images.size(), questions.size()));
    assertThat(questions).hasSizeGreaterThan(3 * Generated.IMAGES / 2);
  }

  @Test
  void trainingAsksAsTheBenchmarkDoesAndAnswersAsLlavaDoes() throws IOException {
    Generated generated = Generated.of(Split.TRAIN);
    for (JsonNode one : generated.json(RefCocoWriter.TRAINING)) {
      Scene scene = generated.scene(one.get("image").textValue());
      assertThat(one.get("id").textValue()).startsWith(scene.id() + "-");
      String human = one.get("conversations").get(0).get("value").textValue();
      String text = human.replaceAll("(?s).*describes: (.*)\\.$", "$1");
      assertThat(human).isEqualTo("<image>\n" + PROMPT.formatted(text));
      Phrase phrase = phrase(scene, text);
      assertThat(one.get("kind").textValue()).isEqualTo("refer/" + phrase.form());
      String gpt = one.get("conversations").get(1).get("value").textValue();
      assertThat(gpt).matches("\\[[01]\\.\\d\\d(, [01]\\.\\d\\d){3}\\]");
      assertThat(Double.parseDouble(gpt.substring(1, 5)) * Scene.SIDE)
          .isBetween(phrase.box().left() - 0.85, phrase.box().left() + 0.85);
    }
    assertThat(generated.lines(RefCocoWriter.TRAINING)).hasSizeGreaterThan(3 * Generated.IMAGES);
  }
}
