package io.prumerge.config;

/** How the times of a video's views become whole numbers. */
public enum TimeRule {
  /**
   * The seconds between views are truncated before anything is multiplied, so that views less than
   * a second apart have one time (transformers 4.57.1, {@code modeling_qwen2_5_vl.py}, {@code
   * get_rope_index}).
   */
  TRANSFORMERS {
    @Override
    int time(int view, float seconds, double perSecond) {
      return (int) (view * (long) seconds * perSecond);
    }
  },
  /**
   * The product is truncated (QwenLM/Qwen2.5-VL, {@code qwen-vl-finetune/qwenvl/data/rope2d.py};
   * transformers 4.49). It is made in float, as there.
   */
  PUBLISHED {
    @Override
    int time(int view, float seconds, double perSecond) {
      return (int) (view * seconds * (float) perSecond);
    }
  };

  /**
   * Returns the time of a view.
   *
   * @param view from 0
   * @param seconds between views
   * @param perSecond {@code tokens_per_second}
   */
  abstract int time(int view, float seconds, double perSecond);
}
