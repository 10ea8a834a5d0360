package io.prumerge.engine;

import static io.prumerge.cost.Exact.product;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.QuestionCost;
import io.prumerge.cost.Share;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.cost.TowerCost;
import io.prumerge.lang.Text;
import io.prumerge.model.connector.ProjectedTokens;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.decoding.Generation;
import io.prumerge.model.tower.EvidenceKey;
import io.prumerge.reduction.LayerCut;
import io.prumerge.text.EncodedPrompt;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Charges one image's answers: the cost of each question alone, and its share of the work that ran.
 * The tower is shared by all answers, up to the layer that their methods need, each piece of
 * evidence by those whose method looked at it, merging and projection by those with the same
 * tokens, but what a connector does with the image alone is shared by all; the decoder's work comes
 * split by questions.
 */
final class Charges {

  private final LoadedModel loaded;
  private final CostModel cost;
  private final List<AnsweredRow> rows;
  private final SharedWork shared;
  private final TowerShares tower;
  // Who pays for a method's own work, for what is done with its tokens, and for the evidence that
  // methods look at.
  private final Payers<Branch> methods = Payers.byIdentity();
  private final Payers<ProjectedTokens> tokens = Payers.byIdentity();
  private final Payers<EvidenceKey> evidence = Payers.byValue();

  Charges(LoadedModel loaded, CostModel cost, List<AnsweredRow> rows, SharedWork shared) {
    this.loaded = loaded;
    this.cost = cost;
    this.rows = rows;
    this.shared = shared;
    this.tower =
        new TowerShares(
            cost.tower(), rows.stream().map(AnsweredRow::branch).toList(), shared.towerLayers());
    for (int i = 0; i < rows.size(); i++) {
      int answer = i;
      Branch branch = rows.get(i).branch();
      if (branch.visual()) {
        methods.add(branch, answer);
        tokens.add(branch.reduced().tokens(), answer);
        branch.reduced().evidence().forEach(key -> evidence.add(key, answer));
      }
    }
  }

  /** Returns the answers, in the order of the rows. */
  List<Answer> answers() {
    return IntStream.range(0, rows.size())
        .mapToObj(i -> rows.get(i).branch().visual() ? visual(i) : text(rows.get(i)))
        .toList();
  }

  private Answer visual(int answer) {
    AnsweredRow row = rows.get(answer);
    ReducedBranch reduced = row.branch().reduced();
    Share all = new Share(answer, rows.size());
    Share method = methods.share(row.branch(), answer);
    Share sameTokens = tokens.share(reduced.tokens(), answer);
    EncodedPrompt prompt = row.asked().prompt();
    Generation generation = row.generation();
    QuestionCost alone =
        cost.question(
            reduced.work(),
            reduced.cuts(),
            visual(row),
            prompt.textTokens(),
            prompt.behindImage(),
            generation.ids().length);
    long projection =
        cost.connector().own(reduced.tokens().projections(), reduced.work().instruction());
    long executed =
        tower.flops(answer)
            + sameTokens.part(cost.tower().own(reduced.work()))
            + sameTokens.part(cost.reductions().selection(reduced.work()))
            + sameTokens.part(projection)
            + all.part(cost.connector().shared())
            + row.share().part(decoder(generation.work()));
    double visionMillis =
        tower.part(answer) * shared.visionMillis() + sameTokens.part(reduced.millis().tower());
    double reductionMillis = method.part(reduced.millis().reduction());
    for (EvidenceKey key : reduced.evidence()) {
      Share share = evidence.share(key, answer);
      long own = cost.over(reduced.work(), key.view()).evidence().of(key.evidence());
      executed += share.part(own + shared.textFlops(key));
      double part = share.part(shared.millis(key));
      if (key.evidence().ownRun().isPresent()) {
        visionMillis += part;
      } else {
        reductionMillis += part;
      }
    }
    StageMillis millis =
        new StageMillis(
            all.part(shared.preprocessMillis()),
            visionMillis,
            reductionMillis,
            method.part(reduced.millis().select()),
            row.share().part(generation.prefillMillis()),
            row.share().part(generation.decodeMillis()));
    return answer(row, reduced.tokens().tokens(), alone, executed, millis);
  }

  // Rows of the sequence that are the images', by layer, as they ran.
  private static TokenSchedule visual(AnsweredRow row) {
    int tokens = row.branch().reduced().rows().positions().rows();
    List<LayerCut> cuts = row.branch().reduced().cuts();
    List<Integer> kept = row.generation().kept();
    return kept.size() == cuts.size()
        ? TokenSchedule.of(tokens, cuts, kept)
        : TokenSchedule.of(tokens, cuts);
  }

  private Answer text(AnsweredRow row) {
    Generation generation = row.generation();
    QuestionCost alone =
        cost.textQuestion(row.asked().prompt().textTokens(), generation.ids().length);
    Share share = row.share();
    StageMillis millis =
        new StageMillis(
            0,
            0,
            0,
            0,
            share.part(generation.prefillMillis()),
            share.part(generation.decodeMillis()));
    return answer(row, 0, alone, share.part(decoder(generation.work())), millis);
  }

  private Answer answer(
      AnsweredRow row, int visualTokens, QuestionCost alone, long executed, StageMillis millis) {
    Generation generation = row.generation();
    Optional<String> error = error(generation);
    if (error.isPresent()) {
      return Answer.failed(row.asked().index(), row.branch().spec(), error.get());
    }
    Branch branch = row.branch();
    int textTokens = row.asked().prompt().textTokens();
    int generated = generation.ids().length;
    // The last token is never fed back, so its keys are not in the cache.
    TokenSchedule visual = branch.visual() ? visual(row) : TokenSchedule.constant(0);
    TokenSchedule left = branch.visual() ? visual.behindPrompt(branch.reduced().cuts()) : visual;
    TokenSchedule positions = left.plus(textTokens + generated - 1);
    DecoderShape decoder = cost.shape().decoder();
    return Answer.builder(row.asked().index(), branch.spec())
        .methodSized(branch.sized())
        .text(loaded.tokenizer().answer(generation.ids()))
        .finishReason(generation.finish().name().toLowerCase(Locale.ROOT))
        .tokens(
            new AnswerTokens(
                branch.visual() ? branch.reduced().grid().orElse(null) : null,
                branch.visual() ? branch.reduced().before() : 0,
                visualTokens,
                visualTokens - visual.first() + visual.mean(decoder.layers()),
                branch.visual() ? branch.reduced().kept() : null,
                textTokens,
                generated))
        .margin(generation.margin())
        .work(
            new AnswerWork(
                alone,
                executed,
                product(
                    decoder.kvCacheElements(positions) + decoder.constantElements(visualTokens),
                    loaded.model().precision().bytes()),
                millis))
        .build();
  }

  private static Optional<String> error(Generation generation) {
    return switch (generation.finish()) {
      case EOS, LENGTH, LETTER -> Optional.empty();
      case NOT_FINITE ->
          Optional.of(
              ErrorKind.MODEL_NOT_FINITE.with(
                  "the logits are not finite; the weights or the precision do not fit"));
      case OUT_OF_MEMORY ->
          Optional.of(
              ErrorKind.DEVICE_OUT_OF_MEMORY.with(
                  Text.format(
                      "no memory for this question alone after %d tokens; ask for fewer new tokens"
                          + " or a smaller dtype",
                      generation.ids().length)));
      case REDUCTION_FAILED ->
          Optional.of(ErrorKind.REDUCTION_FAILED.with(generation.failure().orElseThrow()));
      case ABANDONED -> throw new IllegalStateException("Nobody waits for this answer");
    };
  }

  private long decoder(PassWork work) {
    return cost.decoder().of(work.rows(), work.pairs(), work.heads())
        + cost.decoder().evidence().attention(work.queries(), work.keys(), work.scores())
        + cost.decoder().crossing(work.crossing(), 0)
        + work.flops();
  }

  /**
   * Splits the tower's run for all methods together: each layer among the answers whose methods
   * need it, and the embedding of the patches among all that see the whole image.
   */
  private static final class TowerShares {

    private final long[] flops;

    /**
     * @param branches one for each answer
     * @param layers that ran
     */
    TowerShares(TowerCost cost, List<Branch> branches, int layers) {
      flops = new long[branches.size()];
      long charged = 0;
      int[] ends =
          IntStream.concat(
                  branches.stream()
                      .mapToInt(Branch::towerLayers)
                      .filter(end -> end >= 0 && end < layers),
                  IntStream.of(layers))
              .sorted()
              .distinct()
              .toArray();
      for (int end : ends) {
        long run = run(cost, branches, end) - charged;
        int[] among = needing(branches, end);
        for (int i = 0; i < among.length; i++) {
          flops[among[i]] += new Share(i, among.length).part(run);
        }
        charged += run;
      }
    }

    // All methods see the same views of an image.
    private static long run(TowerCost cost, List<Branch> branches, int layers) {
      return branches.stream()
          .filter(Branch::visual)
          .findFirst()
          .map(branch -> cost.layers(branch.reduced().work(), layers))
          .orElse(0L);
    }

    private int[] all() {
      return IntStream.range(0, flops.length).toArray();
    }

    // What ran for methods that failed is paid by the others.
    private int[] needing(List<Branch> branches, int layers) {
      int[] needing =
          IntStream.of(all()).filter(i -> branches.get(i).towerLayers() >= layers).toArray();
      return needing.length == 0 ? all() : needing;
    }

    /** Returns the FLOPs of one answer's share. */
    long flops(int answer) {
      return flops[answer];
    }

    /** Returns the share of an answer as a part of the whole, 0 to 1. */
    double part(int answer) {
      long whole = LongStream.of(flops).sum();
      return whole == 0 ? 0 : flops[answer] / (double) whole;
    }
  }
}
