/** The sites whose visible reviews are sent without a press, because the person turned that on for each. Off at first. */

import { type Kept, kept } from "./kept";
import { list as listOf, text } from "../schema";

const KEY = "auto";
const names = listOf(text(40), 20);

export async function list(box: Kept = kept): Promise<readonly string[]> {
  return names((await box.get("kept", KEY)) ?? [], KEY);
}

export async function isOn(site: string): Promise<boolean> {
  return (await list()).includes(site);
}

export async function turn(site: string, on: boolean, box: Kept = kept): Promise<void> {
  const others = (await list(box)).filter((one) => one !== site);
  await box.put("kept", KEY, on ? [...others, site] : others);
}
