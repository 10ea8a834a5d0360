package io.prumerge.benchmark.refcoco;

import io.prumerge.benchmark.PythonNumber;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a model's answers say a box, and how its evaluator compares it with the right one. Only the
 * digits of ASCII are read. Evaluators that compute with torch's single precision are followed step
 * by step.
 */
enum BoxConvention {
  /**
   * LLaVA-1.5: the first {@code [x1, y1, x2, y2]} of 0..1 on the picture padded to a square, on
   * which its training data are; of 0..1000 if their sum is 4 or more. Right from 0.5 on.
   * Reference: alibaba/conv-llava, llava/eval/evaluate_grounding.py, commit 3e7ae57.
   */
  LLAVA {
    private static final Pattern BOX =
        Pattern.compile("\\[*\\[(.*?),(.*?),(.*?),(.*?)\\]\\]*", Pattern.UNIX_LINES);
    private static final float THOUSANDTHS_FROM = 4;

    @Override
    Optional<BoundingBox> read(String answer) {
      return first(BOX, answer);
    }

    @Override
    double iou(BoundingBox said, BoundingBox gold, PictureSize picture) {
      BoundingBox box = said.map(SINGLE);
      float sum = (float) box.left() + (float) box.top() + (float) box.right();
      sum += (float) box.bottom();
      float unit = sum >= THOUSANDTHS_FROM ? 1000 : 1;
      int side = picture.side();
      BoundingBox square = box.map(edge -> (float) edge / unit * side);
      return square
          .map(x -> x - picture.marginAcross(), y -> y - picture.marginDown())
          .map(SINGLE)
          .singleIou(gold.map(SINGLE));
    }
  },

  /**
   * Shikra: the only {@code [x1,y1,x2,y2]} of 0..1 on the padded square, with one digit before the
   * point, no space and no second box; the right one is rounded to three decimals. Right above 0.5.
   * Reference: shikras/shikra, mllm/dataset/single_image_dataset/rec.py, commit ff79a4c.
   */
  SHIKRA {
    private static final String NUMBERS = "[0-9](?:\\.[0-9]*)?(?:,[0-9](?:\\.[0-9]*)?){3}";
    private static final Pattern BOXES =
        Pattern.compile("\\[(" + NUMBERS + "(?:;" + NUMBERS + ")*)\\]");
    private static final int DECIMALS = 3;

    @Override
    Optional<BoundingBox> read(String answer) {
      Matcher boxes = BOXES.matcher(answer);
      if (!boxes.find()) {
        return Optional.empty();
      }
      String first = boxes.group(1);
      return boxes.find() || first.contains(";")
          ? Optional.empty()
          : numbers(List.of(first.split(",")));
    }

    @Override
    double iou(BoundingBox said, BoundingBox gold, PictureSize picture) {
      int side = picture.side();
      BoundingBox right =
          gold.map(x -> x + picture.marginAcross(), y -> y + picture.marginDown())
              .map(edge -> rounded(Math.max(0, Math.min(edge / side, 1))));
      return said.map(THOUSANDTHS).singleIou(right.map(THOUSANDTHS));
    }

    @Override
    boolean isRight(double iou) {
      return iou > HALF;
    }

    private static double rounded(double share) {
      return new BigDecimal(share).setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue();
    }
  },

  /**
   * Qwen-VL: the first {@code (x1,y1),(x2,y2)} of 0..999 on the picture as it is. Right from 0.5
   * on. Reference: QwenLM/Qwen-VL, eval_mm/evaluate_grounding.py, commit aa00ed0.
   */
  QWEN_VL {
    private static final Pattern BOX =
        Pattern.compile("\\((.*?)\\),\\((.*?)\\)", Pattern.UNIX_LINES);
    private static final float GRID = 999;

    @Override
    Optional<BoundingBox> read(String answer) {
      Matcher box = BOX.matcher(answer);
      if (!box.find()) {
        return Optional.empty();
      }
      String[] first = box.group(1).split(",", -1);
      String[] second = box.group(2).split(",", -1);
      return first.length == 2 && second.length == 2
          ? numbers(List.of(first[0], first[1], second[0], second[1]))
          : Optional.empty();
    }

    @Override
    double iou(BoundingBox said, BoundingBox gold, PictureSize picture) {
      return said.map(SINGLE)
          .map(x -> (float) x / GRID * picture.width(), y -> (float) y / GRID * picture.height())
          .singleIou(gold.map(SINGLE));
    }
  },

  /**
   * lmms-eval's {@code refcoco_bbox_rec}: the first {@code [x1, y1, x2, y2]} of 0..1 on the picture
   * as it is, without exponents. Right from 0.5 on. Reference: EvolvingLMMs-Lab/lmms-eval,
   * lmms_eval/tasks/refcoco/utils_rec.py, commit 75571cfe.
   */
  LMMS_EVAL {
    private static final String NUMBER = "(-?[0-9]+(?:\\.[0-9]+)?)";
    private static final Pattern BOX =
        Pattern.compile(
            "\\[\\s*" + String.join(",\\s*", NUMBER, NUMBER, NUMBER, NUMBER) + "\\s*\\]",
            Pattern.UNICODE_CHARACTER_CLASS);

    @Override
    Optional<BoundingBox> read(String answer) {
      return first(BOX, answer);
    }

    @Override
    double iou(BoundingBox said, BoundingBox gold, PictureSize picture) {
      // The table's column keeps the shares in single precision.
      return gold.map(x -> x / picture.width(), y -> y / picture.height()).map(SINGLE).iou(said);
    }
  };

  private static final double HALF = 0.5;
  private static final DoubleUnaryOperator SINGLE = edge -> (float) edge;
  private static final DoubleUnaryOperator THOUSANDTHS = edge -> (float) edge * 1000f;

  /** Returns the profile's name. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the convention of a profile. */
  static BoxConvention of(String label) {
    for (BoxConvention convention : values()) {
      if (convention.label().equals(label)) {
        return convention;
      }
    }
    throw new IllegalArgumentException("No profile of boxes: " + label);
  }

  /** Returns the box in an answer, with the numbers that it says; empty if it has none. */
  abstract Optional<BoundingBox> read(String answer);

  /**
   * Returns the intersection over union (IoU) of two boxes, 0..1.
   *
   * @param said by an answer, as {@link #read} gives it
   * @param gold the right one, in pixels
   */
  abstract double iou(BoundingBox said, BoundingBox gold, PictureSize picture);

  /** Returns whether a box with this overlap is right. */
  boolean isRight(double iou) {
    return iou >= HALF;
  }

  /**
   * @param box has a group for each of four numbers
   */
  private static Optional<BoundingBox> first(Pattern box, String answer) {
    Matcher found = box.matcher(answer);
    return found.find()
        ? numbers(List.of(found.group(1), found.group(2), found.group(3), found.group(4)))
        : Optional.empty();
  }

  private static Optional<BoundingBox> numbers(List<String> texts) {
    List<Double> numbers = new ArrayList<>();
    for (String text : texts) {
      OptionalDouble number = PythonNumber.of(text);
      if (number.isEmpty()) {
        return Optional.empty();
      }
      numbers.add(number.getAsDouble());
    }
    return Optional.of(BoundingBox.of(numbers.stream().mapToDouble(Double::doubleValue).toArray()));
  }
}
