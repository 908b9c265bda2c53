/** The field of a search and its button, over the whole width. */
export function SearchField(props: {
  ref: (field: HTMLInputElement) => void;
  value: string;
  placeholder: string;
  onType: (words: string) => void;
  onAsk: () => void;
}) {
  return (
    <form
      class="search wide-search"
      role="search"
      onSubmit={(e) => {
        e.preventDefault();
        props.onAsk();
      }}
    >
      <input
        ref={props.ref}
        type="search"
        aria-label="关键词"
        value={props.value}
        onInput={(e) => props.onType(e.currentTarget.value)}
        placeholder={props.placeholder}
        maxlength="50"
        autocomplete="off"
      />
      <button type="submit" class="button main">
        搜索
      </button>
    </form>
  );
}
