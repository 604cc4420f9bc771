// SPDX-License-Identifier: Apache-2.0
package dev.ipc.testkit;

/**
 * What the far end has done and seen.
 *
 * @param sent how many messages it sent
 * @param busy whether it still has something to send
 * @param received how many messages it received
 * @param digest as of {@link Ledger#digest}
 * @param errors how many exceptions of its handler came out where they belong
 * @param ended whether everything was received and nothing will follow
 * @param closed the reason of the close report, empty while there is none
 * @param fault what was wrong first, empty if nothing was
 */
record FarReport(
    long sent,
    boolean busy,
    long received,
    long digest,
    long errors,
    boolean ended,
    String closed,
    String fault) {

  /** As words that {@link #parse} reads. */
  String line() {
    return String.join(
        "\t",
        Long.toString(sent),
        Boolean.toString(busy),
        Long.toString(received),
        Long.toString(digest),
        Long.toString(errors),
        Boolean.toString(ended),
        closed,
        fault.isEmpty() ? "-" : fault);
  }

  static FarReport parse(String line) {
    String[] word = line.split("\t");
    return new FarReport(
        Long.parseLong(word[0]),
        Boolean.parseBoolean(word[1]),
        Long.parseLong(word[2]),
        Long.parseLong(word[3]),
        Long.parseLong(word[4]),
        Boolean.parseBoolean(word[5]),
        word[6],
        word[7].equals("-") ? "" : word[7]);
  }
}
