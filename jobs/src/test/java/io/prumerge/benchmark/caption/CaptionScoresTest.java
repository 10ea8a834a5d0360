package io.prumerge.benchmark.caption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.ProcessorTime;
import io.prumerge.benchmark.DocumentFrequencies;
import io.prumerge.benchmark.Goldens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** CIDEr-D, BLEU and ROUGE-L against the evaluators' results and against slow versions of them. */
class CaptionScoresTest {

  private static final Offset<Double> EXACT = within(1e-12);

  private record Captions(List<List<String>> answers, List<List<List<String>>> references) {

    int size() {
      return answers.size();
    }

    BleuCounts bleu() {
      BleuCounts sum = new BleuCounts(new double[4], new double[4], 0);
      for (int i = 0; i < size(); i++) {
        sum = sum(sum, counts(answers.get(i), references.get(i)), 1);
      }
      return sum;
    }

    double[] cider() {
      List<List<NGrams>> ngrams = references.stream().map(CaptionScoresTest::ngrams).toList();
      List<Set<String>> terms = new ArrayList<>();
      for (List<NGrams> image : ngrams) {
        Set<String> ofImage = new HashSet<>();
        for (int n = 1; n <= NGrams.LONGEST; n++) {
          for (NGrams reference : image) {
            ofImage.addAll(reference.counts(n).keySet());
          }
        }
        terms.add(ofImage);
      }
      DocumentFrequencies frequencies = DocumentFrequencies.of(terms);
      double[] scores = new double[size()];
      for (int i = 0; i < size(); i++) {
        scores[i] = new CiderD(ngrams.get(i), frequencies).score(NGrams.of(answers.get(i)));
      }
      return scores;
    }

    double rouge() {
      double sum = 0;
      for (int i = 0; i < size(); i++) {
        sum += RougeL.of(answers.get(i), references.get(i));
      }
      return sum / size();
    }
  }

  private static List<NGrams> ngrams(List<List<String>> references) {
    return references.stream().map(NGrams::of).toList();
  }

  private static BleuCounts counts(List<String> answer, List<List<String>> references) {
    return BleuCounts.of(NGrams.of(answer), ngrams(references));
  }

  private static BleuCounts sum(BleuCounts one, BleuCounts other, double factor) {
    double[] matched = one.matched().clone();
    double[] ngrams = one.ngrams().clone();
    for (int i = 0; i < BleuCounts.LONGEST; i++) {
      matched[i] += factor * other.matched()[i];
      ngrams[i] += factor * other.ngrams()[i];
    }
    return new BleuCounts(matched, ngrams, one.referenceWords() + factor * other.referenceWords());
  }

  private static double mean(double[] scores) {
    return Arrays.stream(scores).average().orElseThrow();
  }

  private static List<List<String>> tokens(JsonNode captions, boolean ptb) {
    CaptionTokens tokens = ptb ? CaptionTokens.PTB : CaptionTokens.BLANKS;
    List<List<String>> all = new ArrayList<>();
    captions.forEach(caption -> all.add(tokens.of(caption.textValue())));
    return all;
  }

  @Test
  void scoresAreTheEvaluators() throws IOException {
    JsonNode vectors = Goldens.document("captions/caption_vectors.json");
    int compared = 0;
    for (JsonNode set : vectors.get("sets")) {
      for (String kind : List.of("ptb", "raw")) {
        boolean ptb = kind.equals("ptb");
        List<List<List<String>>> references = new ArrayList<>();
        vectors.get("references").forEach(captions -> references.add(tokens(captions, ptb)));
        compare(new Captions(tokens(set.get("answers"), ptb), references), set.get(kind));
        compared++;
      }
    }
    assertThat(compared).isEqualTo(6);
  }

  private static void compare(Captions captions, JsonNode expected) {
    double[] cider = captions.cider();
    assertThat(mean(cider)).isCloseTo(expected.get("CIDEr").doubleValue(), EXACT);
    BleuCounts bleu = captions.bleu();
    for (int i = 0; i < captions.size(); i++) {
      assertThat(cider[i]).isCloseTo(expected.get("CIDEr_each").get(i).doubleValue(), EXACT);
      assertThat(RougeL.of(captions.answers().get(i), captions.references().get(i)))
          .isCloseTo(expected.get("ROUGE_L_each").get(i).doubleValue(), EXACT);
      assertThat(bleu.score(i + 1)).isCloseTo(expected.get("Bleu").get(i).doubleValue(), EXACT);
    }
    assertThat(captions.rouge()).isCloseTo(expected.get("ROUGE_L").doubleValue(), EXACT);
  }

  /** The example of Maluuba/nlg-eval, whose results are on its front page. */
  @Test
  void nlgEvalsExampleHasItsScores() {
    Captions captions =
        new Captions(
            words(
                "this is the model generated sentence1 which seems good enough",
                "this is sentence2 which has been generated by your model"),
            List.of(
                words(
                    "this is one reference sentence for sentence1",
                    "this is one more reference sentence for sentence1"),
                words(
                    "this is a reference sentence for sentence2 which was generated by your model",
                    "this is the second reference sentence for sentence2")));
    double[] bleu = {0.550000, 0.428174, 0.284043, 0.201143};
    for (int n = 1; n <= 4; n++) {
      assertThat(captions.bleu().score(n)).isCloseTo(bleu[n - 1], within(5e-7));
    }
    assertThat(captions.rouge()).isCloseTo(0.522104, within(5e-7));
    assertThat(mean(captions.cider())).isCloseTo(1.242192, within(5e-7));
  }

  private static List<List<String>> words(String... texts) {
    List<List<String>> all = new ArrayList<>();
    for (String text : texts) {
      all.add(List.of(text.split(" ")));
    }
    return all;
  }

  @Test
  void scoresAreThoseOfSlowVersions() {
    Random random = new Random(2);
    for (int round = 0; round < 300; round++) {
      Captions captions = captions(random);
      double[] cider = captions.cider();
      for (int i = 0; i < captions.size(); i++) {
        assertThat(cider[i]).isCloseTo(slowCider(captions, i), within(1e-9));
        assertThat(RougeL.of(captions.answers().get(i), captions.references().get(i)))
            .isCloseTo(
                slowRouge(captions.answers().get(i), captions.references().get(i)), within(1e-12));
      }
      for (int n = 1; n <= 4; n++) {
        assertThat(captions.bleu().score(n)).isCloseTo(slowBleu(captions, n), within(1e-12));
      }
    }
  }

  @Test
  void gradientsAreThoseOfSmallSteps() {
    Random random = new Random(3);
    double step = 1e-4;
    for (int round = 0; round < 100; round++) {
      BleuCounts all = captions(random).bleu();
      BleuCounts more = sum(all, captions(random).bleu(), step);
      BleuCounts less = sum(all, sum(more, all, -1), -1);
      for (int n = 1; n <= 4; n++) {
        boolean kinked = all.ngrams()[0] == all.referenceWords();
        if (all.matched()[n - 1] > 0 && !kinked) {
          BleuCounts slopes = all.gradient(n);
          BleuCounts change = sum(more, less, -1);
          double expected = slopes.referenceWords() * change.referenceWords();
          for (int i = 0; i < 4; i++) {
            expected += slopes.matched()[i] * change.matched()[i];
            expected += slopes.ngrams()[i] * change.ngrams()[i];
          }
          assertThat(more.score(n) - less.score(n)).isCloseTo(expected, within(1e-6));
        }
      }
    }
  }

  @Test
  void aTokenWithWhiteSpaceIsTwoWordsButOneOfRouge() {
    List<List<String>> references = List.of(List.of("2\u00a01/2", "cups"));
    assertThat(counts(List.of("2\u00a01/2"), references).ngrams()[0]).isEqualTo(2);
    assertThat(RougeL.of(List.of("2", "1/2", "cups"), references)).isLessThan(1);
    assertThat(RougeL.of(List.of("2\u00a01/2", "cups"), references)).isEqualTo(1);
  }

  @Test
  void emptyAnswersScoreZeroAndEmptyReferencesEqualThem() {
    List<List<String>> references = List.of(List.of("a", "cat"));
    assertThat(RougeL.of(List.of(), references)).isZero();
    assertThat(RougeL.of(List.of(), List.of(List.of()))).isCloseTo(1, EXACT);
    assertThat(counts(List.of(), references).score(4)).isCloseTo(0, within(1e-9));
    assertThat(new Captions(List.of(List.of("a", "cat")), List.of(references)).cider())
        .as("one image alone")
        .containsExactly(0);
  }

  @Test
  void whatCannotBeScoredIsRefused() {
    List<String> answer = List.of("a");
    assertThatThrownBy(() -> RougeL.of(answer, List.of())).hasMessageContaining("reference");
  }

  @Test
  void hostileAnswersAreScoredInTime() {
    List<String> answer = Collections.nCopies(200_000, "cat");
    List<List<String>> references =
        List.of(List.of("a", "cat"), List.of("a".repeat(ProcessorTime.LONG)));
    ProcessorTime.requireLittle(
        () -> {
          RougeL.of(answer, references);
          counts(answer, references);
          new Captions(List.of(answer), List.of(references)).cider();
        });
  }

  /** Draws captions of few words, so that sequences repeat. */
  private static Captions captions(Random random) {
    List<List<String>> answers = new ArrayList<>();
    List<List<List<String>>> references = new ArrayList<>();
    int images = 2 + random.nextInt(5);
    for (int i = 0; i < images; i++) {
      answers.add(caption(random));
      List<List<String>> ofImage = new ArrayList<>();
      for (int r = 0; r <= random.nextInt(4); r++) {
        ofImage.add(caption(random));
      }
      references.add(ofImage);
    }
    return new Captions(answers, references);
  }

  private static List<String> caption(Random random) {
    return random
        .ints(random.nextInt(12), 0, 6)
        .mapToObj(word -> List.of("a", "cat", "on", "the", "mat", "dog").get(word))
        .toList();
  }

  private static List<List<String>> sequences(List<String> text, int n) {
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i + n <= text.size(); i++) {
      all.add(text.subList(i, i + n));
    }
    return all;
  }

  private static double slowCider(Captions captions, int image) {
    double sum = 0;
    for (List<String> reference : captions.references().get(image)) {
      for (int n = 1; n <= 4; n++) {
        sum += slowSimilarity(captions, captions.answers().get(image), reference, n) / 4;
      }
    }
    return 10 * sum / captions.references().get(image).size();
  }

  private static double slowSimilarity(
      Captions captions, List<String> answer, List<String> reference, int n) {
    Set<List<String>> axes = new HashSet<>(sequences(answer, n));
    axes.addAll(sequences(reference, n));
    double product = 0;
    double answerSquares = 0;
    double referenceSquares = 0;
    for (List<String> axis : axes) {
      long images =
          captions.references().stream()
              .filter(all -> all.stream().anyMatch(one -> sequences(one, n).contains(axis)))
              .count();
      double weight = Math.log(captions.size()) - Math.log(Math.max(1, images));
      double a = weight * Collections.frequency(sequences(answer, n), axis);
      double r = weight * Collections.frequency(sequences(reference, n), axis);
      product += Math.min(a, r) * r;
      answerSquares += a * a;
      referenceSquares += r * r;
    }
    double norms = Math.sqrt(answerSquares) * Math.sqrt(referenceSquares);
    double difference = Math.max(0, answer.size() - 1) - Math.max(0, reference.size() - 1);
    return (norms == 0 ? product : product / norms) * Math.exp(-difference * difference / 72);
  }

  private static double slowBleu(Captions captions, int longest) {
    double product = 1;
    double answerWords = 0;
    double referenceWords = 0;
    for (int n = 1; n <= longest; n++) {
      double correct = 0;
      double guessed = 0;
      for (int i = 0; i < captions.size(); i++) {
        List<List<String>> said = sequences(captions.answers().get(i), n);
        guessed += said.size();
        for (List<String> one : new HashSet<>(said)) {
          int most = 0;
          for (List<String> reference : captions.references().get(i)) {
            most = Math.max(most, Collections.frequency(sequences(reference, n), one));
          }
          correct += Math.min(most, Collections.frequency(said, one));
        }
      }
      product *= (correct + 1e-15) / (guessed + 1e-9);
    }
    for (int i = 0; i < captions.size(); i++) {
      int words = captions.answers().get(i).size();
      answerWords += words;
      referenceWords +=
          captions.references().get(i).stream()
              .mapToInt(List::size)
              .boxed()
              .min(
                  (x, y) ->
                      Math.abs(x - words) != Math.abs(y - words)
                          ? Integer.compare(Math.abs(x - words), Math.abs(y - words))
                          : Integer.compare(x, y))
              .orElseThrow();
    }
    double ratio = (answerWords + 1e-15) / (referenceWords + 1e-9);
    return Math.pow(product, 1.0 / longest) * (ratio < 1 ? Math.exp(1 - 1 / ratio) : 1);
  }

  private static double slowRouge(List<String> answer, List<List<String>> references) {
    List<String> said = answer.isEmpty() ? List.of("") : answer;
    double precision = 0;
    double recall = 0;
    for (List<String> reference : references) {
      List<String> right = reference.isEmpty() ? List.of("") : reference;
      double common = slowCommon(said, right);
      precision = Math.max(precision, common / said.size());
      recall = Math.max(recall, common / right.size());
    }
    return precision * recall == 0 ? 0 : 2.44 * precision * recall / (recall + 1.44 * precision);
  }

  /** Tries every subsequence of the first. */
  private static int slowCommon(List<String> one, List<String> other) {
    int best = 0;
    for (int chosen = 0; chosen < 1 << one.size(); chosen++) {
      int at = 0;
      for (int i = 0; i < one.size() && at >= 0; i++) {
        if ((chosen >> i & 1) == 1) {
          int found = other.subList(at, other.size()).indexOf(one.get(i));
          at = found < 0 ? -1 : at + found + 1;
        }
      }
      best = at < 0 ? best : Math.max(best, Integer.bitCount(chosen));
    }
    return best;
  }
}
