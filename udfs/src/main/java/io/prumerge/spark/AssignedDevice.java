package io.prumerge.spark;

import io.prumerge.lang.Text;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.resource.ResourceInformation;

/**
 * The {@code gpu} addresses that Spark assigned to a task.
 *
 * @param addresses as the discovery script reported them; empty if the task asked for none
 */
record AssignedDevice(List<String> addresses) {

  /** {@link #ordinal()} without an assignment. */
  static final int NONE = -1;

  AssignedDevice {
    addresses = List.copyOf(addresses);
  }

  /** Returns the addresses assigned to this task. */
  static AssignedDevice of(TaskContext task) {
    ResourceInformation gpu = task.resourcesJMap().get("gpu");
    return new AssignedDevice(gpu == null ? List.of() : List.of(gpu.addresses()));
  }

  /**
   * Returns the CUDA ordinal of the first address, or {@link #NONE}. Spark sets no
   * CUDA_VISIBLE_DEVICES: an address is the ordinal itself.
   *
   * @throws IllegalStateException if the address is not a number
   */
  int ordinal() {
    if (addresses.isEmpty()) {
      return NONE;
    }
    String address = addresses.get(0);
    if (!address.matches("\\d{1,9}")) {
      throw new IllegalStateException(
          Text.format(
              "Cannot open the gpu address '%s' that Spark assigned: it is not a CUDA ordinal. The"
                  + " discovery script must print ordinals such as \"0\"",
              address));
    }
    return Integer.parseInt(address);
  }

  /** Returns the addresses as the {@code assigned_device} column holds them; null without any. */
  String column() {
    return addresses.isEmpty() ? null : String.join(",", addresses);
  }
}
