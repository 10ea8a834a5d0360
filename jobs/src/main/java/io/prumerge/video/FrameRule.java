package io.prumerge.video;

import io.prumerge.config.TimesInSeconds;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import io.prumerge.source.DataException;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How the frames that a model sees are chosen from those of a {@link VideoClip}. Its name in
 * commands and tables is the constant's in lower case with hyphens. Of a clip with n frames, a rule
 * returns indices below n, not all different where it repeats frames.
 */
public enum FrameRule {
  /**
   * N frames from the first to the last at equal distances, rounded down; repeats frames if n is
   * smaller than N. {@code load_video} in lmms_eval/models/simple/llava_onevision.py of lmms-eval
   * 75571cfe: {@code numpy.linspace(0, n - 1, N, dtype=int)}.
   */
  LMMS_EVAL {
    @Override
    int[] byNumber(int n, int wanted) {
      return IntStream.range(0, wanted)
          .map(i -> (int) Math.floor(Linspace.at(i, n - 1, wanted)))
          .toArray();
    }
  },

  /**
   * The first frames of N equal parts, so that the last frame is never asked for; N is rounded to
   * an even number, half to even of N / 2. {@code sample_frames} in
   * models/qwen2_vl/video_processing_qwen2_vl.py of transformers 4.57.1. By frames per second, N is
   * at least 4, at most 768 and n, and rounded down to an even number.
   */
  QWEN2 {
    @Override
    int[] byNumber(int n, int wanted) {
      int even = (int) Math.rint(wanted / (double) PAIR) * PAIR;
      if (even == 0) {
        throw new DataException("It rounds the number of frames to an even one, which is 0");
      }
      requireAtMost(n, even);
      return Arange.of(0, n, even);
    }

    @Override
    int[] byRate(int n, double rate, double wanted) {
      int most = Math.min(MOST, n) / PAIR * PAIR;
      double frames = Math.min(Math.min(Math.max(n / rate * wanted, FEWEST), most), n);
      int even = (int) (frames / PAIR) * PAIR;
      if (even == 0) {
        throw new DataException("It takes pairs of frames, and there is 1 frame");
      }
      return Arange.of(0, n, even);
    }
  },

  /**
   * N frames from the first to the last at equal distances, rounded half to even; repeats frames if
   * n is smaller than N. {@code sample_frames} in models/qwen3_vl/video_processing_qwen3_vl.py of
   * transformers 4.57.1: {@code numpy.linspace(0, n - 1, N).round()}. By frames per second, N is
   * rounded down, at least 4, at most 768 and n.
   */
  QWEN3 {
    @Override
    int[] byNumber(int n, int wanted) {
      return IntStream.range(0, wanted)
          .map(i -> (int) Math.rint(Linspace.at(i, n - 1, wanted)))
          .toArray();
    }

    @Override
    int[] byRate(int n, double rate, double wanted) {
      double frames = Math.floor(n / rate * wanted);
      return byNumber(n, (int) Math.min(Math.min(Math.max(frames, FEWEST), MOST), n));
    }
  },

  /**
   * The middle frames of N equal parts; refuses fewer frames than N. {@code sample_frames} in
   * models/internvl/video_processing_internvl.py of transformers 4.57.1.
   */
  INTERNVL {
    @Override
    int[] byNumber(int n, int wanted) {
      requireAtMost(n, wanted);
      return Arange.of(n / (double) wanted / 2, n, wanted);
    }

    @Override
    int[] byRate(int n, double rate, double wanted) {
      double frames = Math.floor(n / rate * wanted);
      if (frames < 1) {
        throw new DataException("The clip is too short for a frame at this rate");
      }
      return byNumber(n, (int) Math.min(frames, Integer.MAX_VALUE));
    }
  },

  /**
   * The inner N of N + 2 points at equal distances, rounded down; repeats frames if n is smaller
   * than N + 1. {@code save_video_frames} in vlmeval/dataset/videomme.py of VLMEvalKit e8e78f05. By
   * frames per second, from the first frame on, as many as the clip has whole steps.
   */
  VLMEVALKIT {
    @Override
    int[] byNumber(int n, int wanted) {
      double step = n / (wanted + 1.0);
      return IntStream.rangeClosed(1, wanted).map(i -> (int) (i * step)).toArray();
    }

    @Override
    int[] byRate(int n, double rate, double wanted) {
      return byStep(n, rate, wanted);
    }
  },

  /**
   * N frames at the middles of N equal parts of the distance between the first and the last one,
   * whose beginnings are rounded half to even; repeats frames if n is smaller than N. {@code
   * get_index} and {@code get_index_by_frame} in vlmeval/dataset/mvbench.py of VLMEvalKit e8e78f05,
   * whose {@code max_frame} is n - 1. By frames per second as {@link #VLMEVALKIT}.
   */
  VLMEVALKIT_MVBENCH {
    @Override
    int[] byNumber(int n, int wanted) {
      double part = (n - 1) / (double) wanted;
      return IntStream.range(0, wanted).map(i -> (int) (part / 2 + Math.rint(part * i))).toArray();
    }

    @Override
    int[] byRate(int n, double rate, double wanted) {
      return byStep(n, rate, wanted);
    }
  },

  /**
   * Frames that were chosen before, taken as they are: the set of N, or the one whose names say so
   * many frames per second.
   */
  GIVEN,

  /** As {@link #GIVEN}; that VLMEvalKit chose them is what the user says, and not checked. */
  GIVEN_VLMEVALKIT;

  private static final int PAIR = 2; // frames that Qwen2-VL's tower takes at once
  private static final int FEWEST = 4;
  private static final int MOST = 768;

  /**
   * Returns the rule with a name.
   *
   * @throws UsageException with the known ones
   */
  public static FrameRule of(String name) {
    try {
      return Unknown.choice(FrameRule.class, "rule of frames", name);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** Returns the rule's name. */
  public String label() {
    return Unknown.spelling(this);
  }

  /** Returns whether the frames were chosen before, so that this rule chooses none. */
  public boolean isGiven() {
    return this == GIVEN || this == GIVEN_VLMEVALKIT;
  }

  /**
   * Returns the frames per second that the rule's reference assumes of a video that tells none;
   * empty where it assumes {@link TimesInSeconds#ASSUMED_RATE} of the chosen frames, and cannot
   * choose by frames per second. {@code sample_frames} in
   * models/qwen3_vl/video_processing_qwen3_vl.py and {@code __call__} in processing_qwen3_vl.py of
   * transformers 4.57.1.
   */
  OptionalDouble assumedSourceRate() {
    return this == QWEN3 ? OptionalDouble.of(24) : OptionalDouble.empty();
  }

  /** Returns the frames per second of a clip's video: its own, else those that are assumed. */
  OptionalDouble sourceRate(VideoClip clip) {
    return clip.rate().isPresent() ? clip.rate() : assumedSourceRate();
  }

  /** Returns whether the rule can choose by frames per second. */
  public boolean takesRate() {
    return this != LMMS_EVAL;
  }

  /**
   * Returns the indices of chosen frames among a clip's.
   *
   * @param n number of the clip's frames, at least 1
   * @param wanted how many are asked for, at least 1
   * @throws DataException with the reason if this rule cannot choose so many
   */
  int[] byNumber(int n, int wanted) {
    throw new IllegalStateException(label() + " chooses no frames");
  }

  /**
   * Returns the indices of frames that are chosen by frames per second.
   *
   * @param n number of the clip's frames, at least 1
   * @param rate frames per second of the clip
   * @param wanted frames per second
   * @throws DataException with the reason if this rule cannot choose so many
   */
  int[] byRate(int n, double rate, double wanted) {
    throw new IllegalStateException(label() + " chooses no frames by time");
  }

  private static void requireAtMost(int n, int wanted) {
    if (wanted > n) {
      throw new DataException(
          Text.format("It takes no frame twice: it asks for %,d of %,d frames", wanted, n));
    }
  }

  private static int[] byStep(int n, double rate, double wanted) {
    int frames = (int) Math.min(n / rate * wanted, Integer.MAX_VALUE);
    if (frames < 1) {
      throw new DataException("The clip is too short for a frame at this rate");
    }
    double step = rate / wanted;
    return IntStream.range(0, frames).map(i -> (int) (i * step)).toArray();
  }
}
