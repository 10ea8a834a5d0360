package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Addend;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Corpus;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.RuleSettings;
import io.prumerge.benchmark.Statistic;
import io.prumerge.benchmark.caption.CaptionCorpus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Captions, as pycocoevalcap scores them: a score is a tenth of CIDEr-D, and the set has BLEU and
 * ROUGE-L too. The texts' tokens are those of the official evaluation, or {@code tokens: blanks},
 * as VLMEvalKit's.
 */
final class CaptionRule implements ProfileRule {

  private final CaptionCorpus corpus;

  private CaptionRule(CaptionCorpus corpus) {
    this.corpus = corpus;
  }

  static CaptionRule of(RuleSettings settings) {
    return new CaptionRule(new CaptionCorpus(RougeLRule.TOKENS.in(settings)));
  }

  @Override
  public Score score(String answer, Reference reference) {
    throw new UnsupportedOperationException("A caption is scored by the captions of all images");
  }

  @Override
  public Optional<Corpus> corpus() {
    return Optional.of(corpus);
  }

  @Override
  public Set<Addend> addends() {
    return CaptionCorpus.addends();
  }

  @Override
  public Map<Addend, Double> addendsOfError(Reference reference) {
    return corpus.ofError(reference);
  }

  @Override
  public List<MetricRule> figures() {
    return List.of(
        MetricRule.pooled("cider", Statistic.CIDER),
        MetricRule.pooled("bleu_4", Statistic.BLEU_4),
        MetricRule.pooled("rouge_l", Statistic.ROUGE_L));
  }
}
