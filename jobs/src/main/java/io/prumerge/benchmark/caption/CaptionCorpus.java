package io.prumerge.benchmark.caption;

import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Corpus;
import io.prumerge.benchmark.CorpusScorer;
import io.prumerge.benchmark.DocumentFrequencies;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Scores captions by {@link CiderD}, a tenth of which is their score, and adds what BLEU and
 * ROUGE-L of the set need.
 */
public final class CaptionCorpus implements Corpus {

  private final CaptionTokens tokens;

  /**
   * @param tokens of captions and references
   */
  public CaptionCorpus(CaptionTokens tokens) {
    this.tokens = tokens;
  }

  /** Returns what every score adds. */
  public static Set<Addend> addends() {
    return EnumSet.range(Addend.CORPUS_IMAGES, Addend.REFERENCE_WORDS);
  }

  @Override
  public Set<String> terms(Reference reference) {
    Set<String> terms = new HashSet<>();
    for (String caption : reference.answers()) {
      NGrams ngrams = NGrams.of(tokens.of(caption));
      for (int n = 1; n <= NGrams.LONGEST; n++) {
        terms.addAll(ngrams.counts(n).keySet());
      }
    }
    return terms;
  }

  @Override
  public CorpusScorer scorer(Reference reference, DocumentFrequencies frequencies) {
    List<List<String>> texts = reference.answers().stream().map(tokens::of).toList();
    List<NGrams> references = texts.stream().map(NGrams::of).toList();
    CiderD cider = new CiderD(references, frequencies);
    return answer -> {
      List<String> said = tokens.of(answer);
      NGrams caption = NGrams.of(said);
      Map<Addend, Double> addends = addends(BleuCounts.of(caption, references));
      addends.put(Addend.CORPUS_IMAGES, (double) frequencies.documents());
      addends.put(Addend.ROUGE_L, RougeL.of(said, texts));
      return new Score(
          String.join(" ", said),
          answer.isEmpty(),
          Math.min(1, cider.score(caption) / CiderD.MOST),
          addends);
    };
  }

  /** Returns what an error adds: it is as short as an empty caption. */
  public Map<Addend, Double> ofError(Reference reference) {
    List<NGrams> references =
        reference.answers().stream().map(caption -> NGrams.of(tokens.of(caption))).toList();
    return addends(BleuCounts.of(NGrams.of(List.of()), references));
  }

  private static Map<Addend, Double> addends(BleuCounts counts) {
    Map<Addend, Double> addends = new EnumMap<>(Addend.class);
    for (int i = 0; i < BleuCounts.LONGEST; i++) {
      addends.put(Addend.MATCHED.get(i), counts.matched()[i]);
      addends.put(Addend.NGRAMS.get(i), counts.ngrams()[i]);
    }
    addends.put(Addend.REFERENCE_WORDS, counts.referenceWords());
    return addends;
  }
}
