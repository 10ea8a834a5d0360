package io.prumerge.endpoint.budget;

import io.prumerge.endpoint.CountedPrompt;
import io.prumerge.endpoint.VisionEndpoint;
import io.prumerge.image.Resolution;
import io.prumerge.image.Visual;
import io.prumerge.image.rule.PictureTokens;
import io.prumerge.image.rule.TokenRule;
import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.RequestFields;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TokenReducers;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import javax.imageio.ImageIO;

/**
 * Asks a server for each budget of visual tokens, with pictures of four shapes, and then in reverse
 * with others of these shapes: a cache that does not know the budget counts otherwise then. Asks
 * the words alone once. Every request is for one token.
 *
 * @param counts of each budget, in their order
 * @param apart whether the server states the tokens of pictures apart
 */
public record BudgetProbe(List<BudgetCounts> counts, boolean apart) {

  /** Marks are below it. */
  public static final int MARKS = 1 << 22;

  /** The shapes of the pictures, width and height in pixels. */
  private static final List<Resolution> SHAPES =
      List.of(
          new Resolution(480, 640),
          new Resolution(1080, 1920),
          new Resolution(336, 336),
          new Resolution(1000, 500));

  private static final String WORDS = "What is in the picture?";

  private static final TokenReducer WHOLE = TokenReducers.of(MethodSpec.NONE);

  /**
   * Returns the verdicts on the budgets of one field or limit together, by what they have in
   * common, as in {@code request:max_soft_tokens}; on a picture as it is, none.
   */
  public Map<String, BudgetJudgement> judgements() {
    Map<String, List<BudgetCounts>> groups = new LinkedHashMap<>();
    for (BudgetCounts budget : counts) {
      MethodSpec method = MethodSpec.read(budget.budget());
      if (!method.equals(MethodSpec.NONE)) {
        groups
            .computeIfAbsent(
                method.name() + ":" + String.join(",", method.parameters().keySet()),
                any -> new ArrayList<>())
            .add(budget);
      }
    }
    Map<String, BudgetJudgement> judgements = new LinkedHashMap<>();
    Optional<BudgetCounts> whole =
        counts.stream().filter(one -> one.budget().equals(MethodSpec.NONE.toString())).findFirst();
    groups.forEach((group, budgets) -> judgements.put(group, BudgetJudgement.of(budgets, whole)));
    return judgements;
  }

  /** Returns what is wrong with budgets, a sentence for each; none where all are as asked. */
  public List<String> doubts() {
    List<String> doubts = new ArrayList<>();
    judgements().forEach((group, judgement) -> addDoubts(doubts, group, judgement));
    return doubts;
  }

  private static void addDoubts(List<String> doubts, String group, BudgetJudgement judgement) {
    if (judgement.verdict() != BudgetVerdict.AS_ASKED
        && judgement.verdict() != BudgetVerdict.DIFFERS) {
      doubts.add(
          Text.format("%s: %s (%s)", group, judgement.verdict().spelling(), judgement.sentence()));
    }
    judgement.others().ifPresent(others -> addDoubts(doubts, group, others));
  }

  /** Returns the shapes of the pictures, such as {@code 640x480}. */
  public static List<String> shapes() {
    return SHAPES.stream().map(shape -> shape.width() + "x" + shape.height()).toList();
  }

  /** Returns how many requests a number of budgets is probed with. */
  public static int requests(int budgets) {
    return 2 * SHAPES.size() * budgets + 1;
  }

  /**
   * Probes a server.
   *
   * @param budgets the methods that ask for them
   * @param rule by which the served model counts with these fields; empty if it is not known
   * @param mark of the pictures, below {@link #MARKS}; one that no probe of this server had before
   * @throws io.prumerge.endpoint.EndpointException if the endpoint answers no question at all
   * @throws java.util.concurrent.CancellationException if the thread is interrupted
   */
  public static BudgetProbe of(
      VisionEndpoint endpoint,
      List<TokenReducer> budgets,
      Function<RequestFields, Optional<TokenRule>> rule,
      int mark) {
    CountedPrompt words = endpoint.counted(List.of(), WORDS, WHOLE);
    Map<TokenReducer, List<CountedPrompt>> first = asked(endpoint, budgets, 2 * mark);
    List<TokenReducer> reversed = new ArrayList<>(budgets);
    Collections.reverse(reversed);
    reversed.removeIf(budget -> refusal(first.get(budget)).isPresent());
    Map<TokenReducer, List<CountedPrompt>> second =
        budgets.size() > 1 ? asked(endpoint, reversed, 2 * mark + 1) : Map.of();
    return new BudgetProbe(
        budgets.stream()
            .map(
                budget ->
                    new BudgetCounts(
                        budget.spec().toString(),
                        expected(budget, rule),
                        visual(first.get(budget), words),
                        visual(second.getOrDefault(budget, List.of()), words),
                        refusal(first.get(budget))))
            .toList(),
        first.values().stream()
            .flatMap(List::stream)
            .anyMatch(picture -> picture.visual().isPresent()));
  }

  private static Map<TokenReducer, List<CountedPrompt>> asked(
      VisionEndpoint endpoint, List<TokenReducer> budgets, int mark) {
    List<Visual> shapes =
        Visual.pictures(SHAPES.stream().map(shape -> picture(shape, mark)).toList());
    Map<TokenReducer, List<CountedPrompt>> counted = new LinkedHashMap<>();
    for (TokenReducer budget : budgets) {
      List<CountedPrompt> pictures = new ArrayList<>();
      for (Visual shape : shapes) {
        pictures.add(endpoint.counted(List.of(shape), WORDS, budget));
        if (refusal(pictures).isPresent()) {
          break; // of the budget, whatever the picture
        }
      }
      counted.put(budget, pictures);
    }
    return counted;
  }

  private static Optional<String> refusal(List<CountedPrompt> pictures) {
    return pictures.stream().flatMap(one -> one.refusal().stream()).findFirst();
  }

  private static List<OptionalInt> visual(List<CountedPrompt> pictures, CountedPrompt words) {
    return refusal(pictures).isPresent()
        ? List.of()
        : pictures.stream().map(picture -> picture.visual(words)).toList();
  }

  /** Returns what the model's rule says of the shapes as they are sent. */
  private static Optional<List<PictureTokens>> expected(
      TokenReducer budget, Function<RequestFields, Optional<TokenRule>> rules) {
    return rules
        .apply(budget.request().orElse(RequestFields.NONE))
        .map(rule -> SHAPES.stream().map(shape -> tokens(rule, budget.sent(shape))).toList());
  }

  private static PictureTokens tokens(TokenRule rule, Resolution size) {
    return rule.of(size.width(), size.height());
  }

  /** Makes a picture that differs from another mark's in one pixel. */
  private static byte[] picture(Resolution size, int mark) {
    BufferedImage image =
        new BufferedImage(size.width(), size.height(), BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < size.height(); y++) {
      for (int x = 0; x < size.width(); x++) {
        image.setRGB(x, y, (y & 0xff) << 16 | (x & 0xff) << 8);
      }
    }
    image.setRGB(0, 0, mark);
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageIO.write(image, "png", file);
      return file.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write a picture to memory", e);
    }
  }
}
