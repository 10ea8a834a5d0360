package io.prumerge.engine;

import static io.prumerge.cost.Exact.product;

import io.prumerge.cost.CostModel;
import io.prumerge.cost.DecoderShape;
import io.prumerge.cost.QuestionCost;
import io.prumerge.cost.Share;
import io.prumerge.cost.Shares;
import io.prumerge.cost.TokenSchedule;
import io.prumerge.cost.TowerCost;
import io.prumerge.engine.Branches.Branch;
import io.prumerge.engine.Branches.PromptGroups;
import io.prumerge.engine.ModelLease.ImageRequest;
import io.prumerge.model.decoder.PassWork;
import io.prumerge.model.greedy.GroupState.QuestionState.Generation;
import io.prumerge.model.tower.EvidenceCache.EvidenceKey;
import io.prumerge.model.tower.PreparedImages;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReduceBy;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.text.EncodedPrompt;
import io.prumerge.text.PromptException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A request on its way to the device, and who waits for its answers. */
final class PendingRequest {

  private final ImageRequest request;
  private final CompletableFuture<List<Answer>> answers = new CompletableFuture<>();
  private final Runnable released;
  private final Executor settling;
  private final AtomicBoolean ended = new AtomicBoolean();
  private RequestAnswers collected;
  private PreparedImages prepared;
  private int weight = 1;

  /**
   * @param released is run before the answers are there, when the model is done with the request
   * @param settling runs what is left to do when the device has made all answers
   */
  PendingRequest(ImageRequest request, Runnable released, Executor settling) {
    this.request = request;
    this.released = released;
    this.settling = settling;
  }

  ImageRequest request() {
    return request;
  }

  List<TokenReducer> reducers() {
    return request.reducers();
  }

  /** Returns the answers. The engine completes them once; the caller may cancel them. */
  CompletableFuture<List<Answer>> answers() {
    return answers;
  }

  /** Ends the request with its answers, unless it has ended. */
  void answer(List<Answer> all) {
    if (ended.compareAndSet(false, true)) {
      released.run();
      answers.complete(all);
    }
  }

  /**
   * Ends the request, unless it has ended, with answers that are made on another thread, while the
   * device goes on.
   *
   * @param last makes their costs and texts, where somebody waits for them; what it throws fails
   *     the request
   */
  void settle(Supplier<List<Answer>> last) {
    try {
      settling.execute(
          () -> {
            try {
              answer(wanted() ? last.get() : List.of());
            } catch (RuntimeException | Error e) {
              fail(e);
            }
          });
    } catch (RuntimeException | Error e) { // no more threads
      fail(e);
    }
  }

  /** Ends the request without answers, unless it has ended. */
  void fail(Throwable why) {
    if (ended.compareAndSet(false, true)) {
      released.run();
      answers.completeExceptionally(why);
    }
  }

  /**
   * Returns whether the request is open: the caller has not cancelled it, and nothing has ended it.
   */
  boolean wanted() {
    return !answers.isDone();
  }

  /** Takes what is made before the device works on it, where there is no image. */
  void prepared(RequestAnswers begun) {
    collected = begun;
  }

  /**
   * Takes the same with an image's pixels.
   *
   * @param counts as so many of those that the tower takes at once
   */
  void prepared(RequestAnswers begun, PreparedImages images, int counts) {
    collected = begun;
    prepared = images;
    weight = counts;
  }

  /** Returns as how many of the images that the tower takes at once it counts. */
  int weight() {
    return weight;
  }

  /** Returns the answers while they come in. */
  RequestAnswers collected() {
    return collected;
  }

  /** Returns what the tower has to run for; none without pixels or without a question to ask. */
  Optional<VisionTower.Depth> depth() {
    return prepared == null || collected.asked().isEmpty()
        ? Optional.empty()
        : Optional.of(VisionTower.Depth.of(request.reducers()));
  }

  PreparedImages prepared() {
    return prepared;
  }

  /** Forgets the pixels. */
  void encoded() {
    prepared = null;
  }

  /**
   * The answers of one request while they come in: one place per question and method, and the
   * shared work that is split among them once it is known who shared it.
   */
  static final class RequestAnswers {

    private final ImageRequest request;
    private final LoadedModel loaded;
    private final CostModel cost;
    private final PromptGroups.AnswerLimits answerLimits;
    private final List<Question.Asked> asked = new ArrayList<>();
    private final Answer[] answers;
    private final List<Charges.Answered> open = new ArrayList<>();
    private final Charges.SharedWork shared = new Charges.SharedWork();

    RequestAnswers(ImageRequest request, LoadedModel loaded, CostModel cost) {
      this.request = request;
      this.loaded = loaded;
      this.cost = cost;
      this.answerLimits = new PromptGroups.AnswerLimits(loaded);
      this.answers = new Answer[request.questions().size() * request.reducers().size()];
      for (int q = 0; q < request.questions().size(); q++) {
        encode(q);
      }
    }

    private void encode(int q) {
      Question question = request.questions().get(q);
      if (question.refusal().isPresent()) {
        refuse(q, question.refusal().get());
        return;
      }
      try {
        EncodedPrompt prompt =
            loaded
                .prompts()
                .withLetters(question.prompt(), request.images().size(), question.letters());
        asked.add(new Question.Asked(q, question, prompt));
      } catch (PromptException e) {
        refuse(q, ErrorKind.of(e));
      }
    }

    private void refuse(int q, String error) {
      for (int m = 0; m < request.reducers().size(); m++) {
        fail(q, m, error);
      }
    }

    /** Returns questions whose prompts could be encoded. */
    List<Question.Asked> asked() {
      return asked;
    }

    /** Returns whether the first question decides for all of the image's. */
    boolean byFirst() {
      return request.reduceBy() == ReduceBy.FIRST;
    }

    /** Returns what runs once for all answers. */
    Charges.SharedWork shared() {
      return shared;
    }

    /**
     * Returns the questions of methods that share their tokens, in the request's order, without
     * those after which no position is left to generate: these fail.
     */
    List<Question.Asked> fitting(List<Branch> sharing) {
      List<Question.Asked> fitting = new ArrayList<>();
      for (Question.Asked question : asked) {
        List<Branch> branches = sharing.stream().filter(one -> one.isFor(question)).toList();
        if (branches.isEmpty()) {
          continue;
        }
        Branch one = branches.get(0);
        int text = question.prompt().textTokens();
        int prompt = text + (one.visual() ? one.reduced().rows().positions().rows() : 0);
        int positions = text + (one.visual() ? one.reduced().rows().positions().span() : 0);
        Optional<String> error =
            answerLimits.refusal(prompt, positions, answerLimits.most(question, prompt));
        if (error.isEmpty()) {
          fitting.add(question);
        } else {
          branches.forEach(branch -> fail(question.index(), branch.method(), error.get()));
        }
      }
      return fitting;
    }

    /** Returns every method without an image, where they are all the same. */
    List<Branch> textBranches() {
      return IntStream.range(0, request.reducers().size())
          .mapToObj(m -> Branch.text(m, asked, request.reducers().get(m).spec()))
          .toList();
    }

    /** Returns the questions as the decoder takes them. */
    PromptGroups groups() {
      return new PromptGroups(loaded, answerLimits, byFirst());
    }

    /** Returns the number of images of the prompt. */
    int images() {
      return request.images().size();
    }

    /**
     * Takes the generations that stand for all methods which share their tokens.
     *
     * @param fitted the questions that were asked, as {@link #fitting} gave them
     */
    void answer(List<Branch> sharing, List<Question.Asked> fitted, List<Generation> generations) {
      for (int i = 0; i < fitted.size(); i++) {
        Question.Asked question = fitted.get(i);
        List<Branch> branches = sharing.stream().filter(one -> one.isFor(question)).toList();
        for (int b = 0; b < branches.size(); b++) {
          Share share = new Share(b, branches.size());
          open.add(new Charges.Answered(question, branches.get(b), generations.get(i), share));
        }
      }
    }

    private boolean isOpen(Question.Asked question, int method) {
      return answers[place(question.index(), method)] == null;
    }

    /** Fails those of these questions that one method has not answered. */
    void fail(int method, List<Question.Asked> questions, String error) {
      for (Question.Asked question : questions) {
        if (isOpen(question, method)) {
          fail(question.index(), method, error);
        }
      }
    }

    /** Fails every question that is not answered. */
    void failOpen(String error) {
      open.clear();
      for (int m = 0; m < request.reducers().size(); m++) {
        fail(m, asked, error);
      }
    }

    private void fail(int question, int method, String error) {
      answers[place(question, method)] =
          Answer.failed(question, request.reducers().get(method).spec().toString(), error);
    }

    private int place(int question, int method) {
      return question * request.reducers().size() + method;
    }

    /** Returns all answers, question by question, under each the methods in the request's order. */
    List<Answer> answers() {
      // Shares do not depend on which answers came first.
      open.sort(
          Comparator.comparingInt((Charges.Answered row) -> row.branch().method())
              .thenComparingInt(row -> row.asked().index()));
      List<Answer> charged = new Charges(loaded, cost, open, shared).answers();
      for (int i = 0; i < charged.size(); i++) {
        Charges.Answered row = open.get(i);
        answers[place(row.asked().index(), row.branch().method())] = charged.get(i);
      }
      return List.of(answers);
    }
  }

  /**
   * Charges one image's answers: the cost of each question alone, and its share of the work that
   * ran. The tower is shared by all answers, up to the layer that their methods need, each piece of
   * evidence by those whose method looked at it, merging and projection by those with the same
   * tokens, but what a connector does with the image alone is shared by all; the decoder's work
   * comes split by questions.
   */
  static final class Charges {

    private final LoadedModel loaded;
    private final CostModel cost;
    private final List<Answered> rows;
    private final SharedWork shared;
    private final TowerShares tower;

    Charges(LoadedModel loaded, CostModel cost, List<Answered> rows, SharedWork shared) {
      this.loaded = loaded;
      this.cost = cost;
      this.rows = rows;
      this.shared = shared;
      this.tower =
          new TowerShares(
              cost.tower(), rows.stream().map(Answered::branch).toList(), shared.towerLayers());
    }

    /** Returns the answers, in the order of the rows. */
    List<Answer> answers() {
      List<Branch> branches = rows.stream().map(Answered::branch).toList();
      Shares methods = new Shares(branches);
      Shares tokens =
          new Shares(
              branches.stream()
                  .filter(Branch::visual)
                  .map(branch -> branch.reduced().tokens())
                  .toList());
      Map<EvidenceKey, Shares> evidence = evidenceShares(branches);
      List<Answer> answers = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        Answered row = rows.get(i);
        Branch branch = row.branch();
        answers.add(
            branch.visual()
                ? visual(
                    row,
                    i,
                    new Share(i, rows.size()),
                    methods.next(branch),
                    tokens.next(branch.reduced().tokens()),
                    evidence)
                : text(row));
      }
      return answers;
    }

    // One share of a piece of evidence for each answer whose method looked at it.
    private Map<EvidenceKey, Shares> evidenceShares(List<Branch> branches) {
      Map<EvidenceKey, List<Charges>> users = new HashMap<>();
      for (Branch branch : branches) {
        for (EvidenceKey evidence :
            branch.visual() ? branch.reduced().evidence() : Set.<EvidenceKey>of()) {
          users.computeIfAbsent(evidence, key -> new ArrayList<>()).add(this);
        }
      }
      Map<EvidenceKey, Shares> shares = new HashMap<>();
      users.forEach((evidence, each) -> shares.put(evidence, new Shares(each)));
      return shares;
    }

    private Answer visual(
        Answered row,
        int place,
        Share all,
        Share method,
        Share tokens,
        Map<EvidenceKey, Shares> evidence) {
      Branch.Reduced reduced = row.branch().reduced();
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
          tower.flops(place)
              + tokens.part(cost.tower().own(reduced.work()))
              + tokens.part(cost.reductions().selection(reduced.work()))
              + tokens.part(projection)
              + all.part(cost.connector().shared())
              + row.share().part(decoder(generation.work()));
      double visionMillis =
          tower.part(place) * shared.visionMillis() + tokens.part(reduced.millis().tower());
      double reductionMillis = method.part(reduced.millis().reduction());
      for (EvidenceKey key : reduced.evidence()) {
        Share share = evidence.get(key).next(this);
        long own = cost.over(reduced.work(), key.view()).evidence().of(key.evidence());
        executed += share.part(own + shared.textFlops(key));
        double part = share.part(shared.millis(key));
        if (key.evidence() instanceof TowerEvidence.SmallImage) {
          visionMillis += part;
        } else {
          reductionMillis += part;
        }
      }
      Answer.StageMillis millis =
          new Answer.StageMillis(
              all.part(shared.preprocessMillis()),
              visionMillis,
              reductionMillis,
              method.part(reduced.millis().select()),
              row.share().part(generation.prefillMillis()),
              row.share().part(generation.decodeMillis()));
      return answer(row, reduced.tokens().tokens(), alone, executed, millis);
    }

    // Rows of the sequence that are the images', by layer, as they ran.
    private static TokenSchedule visual(Answered row) {
      int tokens = row.branch().reduced().rows().positions().rows();
      List<LayerCut> cuts = row.branch().reduced().cuts();
      List<Integer> kept = row.generation().kept();
      return kept.size() == cuts.size()
          ? TokenSchedule.of(tokens, cuts, kept)
          : TokenSchedule.of(tokens, cuts);
    }

    private Answer text(Answered row) {
      Generation generation = row.generation();
      QuestionCost alone =
          cost.textQuestion(row.asked().prompt().textTokens(), generation.ids().length);
      Share share = row.share();
      Answer.StageMillis millis =
          new Answer.StageMillis(
              0,
              0,
              0,
              0,
              share.part(generation.prefillMillis()),
              share.part(generation.decodeMillis()));
      return answer(row, 0, alone, share.part(decoder(generation.work())), millis);
    }

    private Answer answer(
        Answered row,
        int visualTokens,
        QuestionCost alone,
        long executed,
        Answer.StageMillis millis) {
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
      return new Answer(
          row.asked().index(),
          branch.spec(),
          branch.sized(),
          loaded.tokenizer().answer(generation.ids()),
          generation.finish().name().toLowerCase(Locale.ROOT),
          new Answer.Tokens(
              branch.visual() ? branch.reduced().grid().orElse(null) : null,
              branch.visual() ? branch.reduced().before() : 0,
              visualTokens,
              visualTokens - visual.first() + visual.mean(decoder.layers()),
              branch.visual() ? branch.reduced().kept() : null,
              textTokens,
              generated),
          new Answer.Work(
              alone,
              executed,
              product(
                  decoder.kvCacheElements(positions) + decoder.constantElements(visualTokens),
                  loaded.model().precision().bytes()),
              millis),
          null);
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

    /** What has run once for all answers of a request. */
    static final class SharedWork {

      private double preprocessMillis;
      private double visionMillis;
      private int towerLayers;
      private Map<EvidenceKey, Double> evidenceMillis = Map.of();
      private Map<EvidenceKey, Long> textFlops = Map.of();

      void preprocessed(double millis) {
        preprocessMillis = millis;
      }

      /**
       * @param millis wall time of the tower's run for all methods together
       * @param layers that it ran, up to the features
       */
      void encoded(double millis, int layers) {
        visionMillis = millis;
        towerLayers = layers;
      }

      /**
       * @param millis wall time of each piece of evidence
       * @param flops of those pieces that are of a text
       */
      void seen(Map<EvidenceKey, Double> millis, Map<EvidenceKey, Long> flops) {
        evidenceMillis = millis;
        textFlops = flops;
      }

      /** Returns the wall time of preprocessing. */
      double preprocessMillis() {
        return preprocessMillis;
      }

      /** Returns the wall time of the tower's run. */
      double visionMillis() {
        return visionMillis;
      }

      /** Returns the number of layers of that run. */
      int towerLayers() {
        return towerLayers;
      }

      /** Returns the wall time of a piece of evidence. */
      double millis(EvidenceKey evidence) {
        return evidenceMillis.get(evidence);
      }

      /** Returns the FLOPs of the part of a piece of evidence that is of a text; else 0. */
      long textFlops(EvidenceKey evidence) {
        return textFlops.getOrDefault(evidence, 0L);
      }
    }

    /**
     * A question that was answered under one method and is not yet charged for.
     *
     * @param share of the generation, where it stands for several methods
     */
    record Answered(Question.Asked asked, Branch branch, Generation generation, Share share) {}
  }
}
