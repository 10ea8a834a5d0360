package io.prumerge.engine;

import static io.prumerge.cost.Exact.product;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.CostModel.QuestionCost;
import io.prumerge.cost.Share;
import io.prumerge.cost.Share.Shares;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.greedy.Generation;
import io.prumerge.model.tower.Look;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.EncodedPrompt;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Charges one image's answers: the cost of each question alone, and its share of the work that ran.
 * The tower is shared by all answers, as far as their methods need it, each piece of evidence by
 * those whose method looked at it, merging and projection by those with the same tokens, as far as
 * a connector does not see the image alone; the decoder's work comes split by questions.
 */
final class Settlement {

  private final LoadedModel loaded;
  private final CostModel cost;
  private final List<OpenAnswer> rows;
  private final SharedWork shared;
  private final TowerShares tower;

  Settlement(LoadedModel loaded, CostModel cost, List<OpenAnswer> rows, SharedWork shared) {
    this.loaded = loaded;
    this.cost = cost;
    this.rows = rows;
    this.shared = shared;
    this.tower =
        new TowerShares(
            cost.tower(), rows.stream().map(OpenAnswer::branch).toList(), shared.towerLayers());
  }

  /** The answers, in the order of the rows. */
  List<Answer> answers() {
    List<Branch> branches = rows.stream().map(OpenAnswer::branch).toList();
    Shares methods = new Shares(branches);
    Shares tokens = new Shares(branches.stream().map(Branch::tokens).toList());
    Map<Look, Shares> evidence = evidenceShares(branches);
    List<Answer> answers = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      OpenAnswer row = rows.get(i);
      Branch branch = row.branch();
      answers.add(
          branch.visual()
              ? visual(
                  row,
                  i,
                  new Share(i, rows.size()),
                  methods.next(branch),
                  tokens.next(branch.tokens()),
                  evidence)
              : text(row));
    }
    return answers;
  }

  // One share of a piece of evidence for each answer whose method looked at it.
  private Map<Look, Shares> evidenceShares(List<Branch> branches) {
    Map<Look, List<Settlement>> lookers = new HashMap<>();
    for (Branch branch : branches) {
      for (Look evidence : branch.looked()) {
        lookers.computeIfAbsent(evidence, key -> new ArrayList<>()).add(this);
      }
    }
    Map<Look, Shares> shares = new HashMap<>();
    lookers.forEach((evidence, each) -> shares.put(evidence, new Shares(each)));
    return shares;
  }

  private Answer visual(
      OpenAnswer row,
      int place,
      Share all,
      Share method,
      Share tokens,
      Map<Look, Shares> evidence) {
    Branch branch = row.branch();
    EncodedPrompt prompt = row.asked().prompt();
    Generation generation = row.generation();
    QuestionCost alone =
        cost.question(
            branch.work(),
            branch.cuts(),
            visual(row),
            prompt.textTokens(),
            prompt.behindImage(),
            generation.ids().length);
    long projection =
        cost.connector().own(branch.tokens().projections(), branch.work().instruction());
    long executed =
        tower.flops(place)
            + tokens.part(cost.tower().own(branch.work()))
            + tokens.part(cost.reductions().selection(branch.work()))
            + tokens.part(projection)
            + all.part(cost.connector().shared())
            + row.share().part(decoder(generation.work()));
    double visionMillis =
        tower.part(place) * shared.visionMillis() + tokens.part(branch.towerMillis());
    double reductionMillis = method.part(branch.millis());
    for (Look looked : branch.looked()) {
      Share share = evidence.get(looked).next(this);
      executed += share.part(cost.evidence().of(looked.evidence()) + shared.textFlops(looked));
      double part = share.part(shared.millis(looked));
      if (looked.evidence() instanceof TowerEvidence.SmallImage) {
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
            method.part(branch.selectMillis()),
            row.share().part(generation.prefillMillis()),
            row.share().part(generation.decodeMillis()));
    return answer(row, branch.tokens().count(), alone, executed, millis);
  }

  // Visual tokens by layer, as they ran.
  private static TokenSchedule visual(OpenAnswer row) {
    Branch branch = row.branch();
    boolean ran = row.generation().kept().size() == branch.cuts().size();
    return ran
        ? TokenSchedule.of(branch.tokens().count(), branch.cuts(), row.generation().kept())
        : TokenSchedule.of(branch.tokens().count(), branch.cuts());
  }

  private Answer text(OpenAnswer row) {
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
      OpenAnswer row, int visualTokens, QuestionCost alone, long executed, StageMillis millis) {
    Generation generation = row.generation();
    Optional<String> error = error(generation);
    if (error.isPresent()) {
      return Answer.failed(row.asked().index(), row.branch().spec(), error.get());
    }
    int textTokens = row.asked().prompt().textTokens();
    int generated = generation.ids().length;
    // The last token is never fed back, so its keys are not in the cache.
    TokenSchedule visual = row.branch().visual() ? visual(row) : TokenSchedule.constant(0);
    TokenSchedule positions = visual.plus(textTokens + generated - 1);
    return new Answer(
        row.asked().index(),
        row.branch().spec(),
        row.branch().sized(),
        loaded.tokenizer().answer(generation.ids()),
        generation.finish() == Generation.Finish.EOS ? "eos" : "length",
        row.branch().before(),
        visualTokens,
        visual.mean(cost.shape().decoder().layers()),
        row.branch().kept(),
        textTokens,
        generated,
        alone,
        executed,
        product(
            cost.shape().decoder().kvCacheElements(positions), loaded.model().precision().bytes()),
        millis,
        null);
  }

  private static Optional<String> error(Generation generation) {
    return switch (generation.finish()) {
      case EOS, LENGTH -> Optional.empty();
      case NOT_FINITE ->
          Optional.of(
              ErrorKind.MODEL_NOT_FINITE.with(
                  "the logits are not finite; the weights or the precision do not fit"));
      case OUT_OF_MEMORY ->
          Optional.of(
              ErrorKind.DEVICE_OUT_OF_MEMORY.with(
                  String.format(
                      Locale.ROOT,
                      "no memory for this question alone after %d tokens; ask for fewer new tokens or a smaller dtype",
                      generation.ids().length)));
      case REDUCTION_FAILED ->
          Optional.of(ErrorKind.REDUCTION_FAILED.with(generation.failure().orElseThrow()));
      case ABANDONED -> throw new IllegalStateException("Nobody waits for this answer");
    };
  }

  private long decoder(PassWork work) {
    return cost.decoder().of(work.rows(), work.pairs(), work.heads())
        + cost.decoder().evidence().attention(work.queries(), work.keys(), work.scores())
        + work.flops();
  }
}
