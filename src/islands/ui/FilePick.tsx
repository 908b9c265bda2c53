/** Chooses files in our words instead of the browser's: the label is the button, the native input is there unseen, for the keyboard and for the ear. `chosen` stands beside. */
export function FilePick(props: {
  label: string;
  /** What it is called in what is sent: a refusal names it. */
  name?: string | undefined;
  accept: string;
  chosen: string;
  onFiles: (files: File[]) => void;
}) {
  return (
    <div class="pick">
      <label>
        <span>{props.label}</span>
        <input
          class="unseen"
          type="file"
          name={props.name}
          multiple
          accept={props.accept}
          onChange={(event) => {
            const files = [...(event.currentTarget.files ?? [])];
            // Emptied, so that the same file can be chosen again after it changed.
            event.currentTarget.value = '';
            props.onFiles(files);
          }}
        />
        <span class="button">选择文件</span>
      </label>
      <span class="muted">{props.chosen || '还没有选文件'}</span>
    </div>
  );
}
