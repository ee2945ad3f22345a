// SPDX-License-Identifier: Apache-2.0
// Changes the files of a store while no process uses it, and the file systems that they are on.
import { spawn, spawnSync } from "node:child_process";
import { closeSync, openSync, readSync, statSync, truncateSync, writeSync } from "node:fs";
import { until } from "../server.mjs";

export const file_of = (path) => `${path}/roost.db`;

/// Replaces `bytes` of a file.
export function overwrite(file, at, bytes) {
  const opened = openSync(file, "r+");
  writeSync(opened, bytes, 0, bytes.length, at);
  closeSync(opened);
}

/// Inverts `count` bytes of a file.
export function invert(file, at, count) {
  const bytes = Buffer.alloc(count);
  const opened = openSync(file, "r");
  readSync(opened, bytes, 0, count, at);
  closeSync(opened);
  overwrite(file, at, bytes.map((byte) => byte ^ 0xff));
}

/// SQLite keeps `user_version` as a big-endian number at byte 60 of its file.
export function set_version(path, version) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(version);
  overwrite(file_of(path), 60, bytes);
}

export const truncate_by = (file, bytes) => truncateSync(file, statSync(file).size - bytes);

/// Why this process cannot mount anything, or false.
export function reason_not_to_mount() {
  if (process.getuid() !== 0) return "needs root to mount a file system";
  const tried = spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", "/mnt"]);
  return tried.status === 0 ? false : "needs permission to mount a file system";
}

/// A mount namespace in which `script` has prepared the folder $0. `program(binary)`: the arguments
/// that start it there; `inside(path)`: a path of the namespace as seen from here.
export async function mount_namespace(t, folder, script) {
  const holder = spawn("unshare", ["-m", "sh", "-c", `${script} && echo ready && cat`, folder]);
  t.after(() => holder.kill("SIGKILL"));
  let out = "";
  holder.stdout.on("data", (data) => (out += data));
  holder.stderr.on("data", (data) => (out += data));
  await until(() => out.includes("ready"), () => `a mounted folder: ${out}`);
  return {
    program: (binary) => ["nsenter", `--mount=/proc/${holder.pid}/ns/mnt`, binary],
    inside: (path) => `/proc/${holder.pid}/root${path}`,
  };
}
