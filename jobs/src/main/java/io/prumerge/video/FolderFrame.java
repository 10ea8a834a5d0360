package io.prumerge.video;

import java.util.Comparator;

/**
 * A frame in a folder. The order is that of the frames of a row: by set, then by index.
 *
 * @param set the number of frames of the set that it belongs to; 0 among all frames of a video
 * @param index its place in the set or in the video, from 0
 * @param seconds from the video's beginning; null if unknown
 * @param file its name in the folder
 */
public record FolderFrame(int set, int index, Double seconds, String file)
    implements Comparable<FolderFrame> {

  private static final Comparator<FolderFrame> ORDER =
      Comparator.comparingInt(FolderFrame::set)
          .thenComparingInt(FolderFrame::index)
          .thenComparing(FolderFrame::file);

  @Override
  public int compareTo(FolderFrame other) {
    return ORDER.compare(this, other);
  }
}
