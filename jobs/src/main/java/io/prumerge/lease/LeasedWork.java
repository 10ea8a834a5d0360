package io.prumerge.lease;

import io.prumerge.console.Setting;
import io.prumerge.console.Wording;

/** What the drivers write. */
public enum LeasedWork {
  RUN("this run"),
  APPEND("this run"),
  TABLE("this table"),
  TRAINING("this training"),
  FOLDER("this folder");

  final String name;

  LeasedWork(String name) {
    this.name = name;
  }

  /** Returns the words for a driver that finds another one. */
  Wording refusal(String holder, String heard) {
    return switch (this) {
      case RUN ->
          Wording.of(
              "Cannot continue this run: %s holds it, %s. Wait until it has ended, or end it with"
                  + " %s",
              holder, heard, Setting.TAKE_OVER);
      case APPEND ->
          Wording.of(
              "Cannot append this run to tables: %s holds it, %s. Wait until it has ended",
              holder, heard);
      case TABLE ->
          Wording.of(
              "Cannot prepare this table: %s prepares one of the same name, %s. Wait until it has"
                  + " ended, or name another folder as %s",
              holder, heard, Setting.OUTPUT);
      case TRAINING ->
          Wording.of(
              "Cannot go on with this training: %s trains it, %s. Wait until it has ended, or"
                  + " name another folder as %s",
              holder, heard, Setting.OUTPUT);
      case FOLDER ->
          Wording.of(
              "Cannot write this folder: %s writes one of the same name, %s. Wait until it has"
                  + " ended, or name another folder as %s",
              holder, heard, Setting.OUTPUT);
    };
  }
}
