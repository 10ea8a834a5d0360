package io.prumerge.mini.scene;

import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;

/**
 * An endless, reproducible stream of pages: like {@link SceneGenerator}, and independent of it. The
 * splits share no page, whatever the seeds.
 */
public final class PageGenerator {

  /** What a line may be about; all start with different letters. */
  static final List<String> LABELS =
      List.of("DATE", "TIME", "ROOM", "CODE", "NAME", "SEAT", "GATE", "PAGE", "LINE", "UNIT");

  /** Values that TextVQA's answer processor deletes, so any answer would be right. */
  private static final List<String> ARTICLES = List.of("AN", "THE");

  private static final int FEWEST_LINES = 4;
  private static final int MOST_LINES = 6;
  private static final int SHORTEST_VALUE = 2;
  private static final int LONGEST_VALUE = 4;

  /** Percent of the values that are numbers. */
  private static final int NUMBERS = 50;

  /** Percent of the pages that are in small print. */
  private static final int SMALL = 50;

  /** Separates this stream from that of scenes. */
  private static final long PAGES = SceneRandom.mix("pages".hashCode());

  private final long seed;
  private final Split split;

  /** Creates the stream of this seed and split. Any seed is allowed. */
  public PageGenerator(long seed, Split split) {
    this.seed = seed;
    this.split = split;
  }

  /**
   * Returns the page with this number.
   *
   * @param index from 0
   */
  public FormPage page(int index) {
    if (index < 0) {
      throw new IllegalArgumentException(Text.format("Page %d; numbers start at 0", index));
    }
    long stream = SceneRandom.mix(SceneRandom.mix(seed + PAGES) + split.code());
    SceneRandom random = new SceneRandom(SceneRandom.mix(stream + index));
    FormPage page = draw(index, random);
    while (SplitRule.splitOf(page.text()) != split) {
      page = draw(index, random);
    }
    return page;
  }

  private FormPage draw(int index, SceneRandom random) {
    Backdrop drawn = SceneGenerator.backdrop(random);
    Backdrop paper = new Backdrop(drawn.background(), drawn.tint(), Texture.PLAIN, drawn.grain());
    PrintSize print = random.chance(SMALL) ? PrintSize.SMALL : PrintSize.LARGE;
    // A pixel off the patch grid, the trained tower no longer tells small characters apart.
    int off = print == PrintSize.SMALL ? 0 : 1;
    int count = random.between(FEWEST_LINES, MOST_LINES);
    int step = count == MOST_LINES ? 1 : random.between(1, 2);
    int first = random.between(1, Scene.GRID - 2 - (count - 1) * step);
    int label = random.between(1, 2);
    int value = label + LABELS.get(0).length() + random.between(1, 3 - label);
    int right = random.between(-off, off);
    int down = random.between(-off, off);
    List<String> labels = new ArrayList<>(LABELS);
    random.shuffle(labels);
    List<String> values = values(count, random);
    List<PageLine> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int top = (first + i * step) * Scene.PATCH + down;
      lines.add(new PageLine(labels.get(i), values.get(i), top));
    }
    return new FormPage(
        split,
        seed,
        index,
        print,
        paper,
        label * Scene.PATCH + right,
        value * Scene.PATCH + right,
        lines);
  }

  private static List<String> values(int count, SceneRandom random) {
    List<String> values = new ArrayList<>();
    while (values.size() < count) {
      String value = value(random);
      if (!values.contains(value) && !ARTICLES.contains(value)) {
        values.add(value);
      }
    }
    return values;
  }

  /** Draws a number without a 0 in front, or any letters and digits. */
  private static String value(SceneRandom random) {
    int length = random.between(SHORTEST_VALUE, LONGEST_VALUE);
    boolean number = random.chance(NUMBERS);
    StringBuilder value = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int character =
          number
              ? random.between(i == 0 ? 27 : 26, 35)
              : random.below(GlyphMasks.CHARACTERS.length());
      value.append(GlyphMasks.CHARACTERS.charAt(character));
    }
    return value.toString();
  }
}
