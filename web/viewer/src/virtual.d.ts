/** Where the rules of each game are, as a piece of HTML made from docs/games/*.md while building. */
declare module "virtual:rules" {
  const rules: Readonly<Record<string, string>>;
  export default rules;
}
