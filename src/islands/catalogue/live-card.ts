import { entriesNow } from '../../backend/entries.ts';
import { cardParts, firstQuantity, type Offer, offerOf } from '../../domain/booking-card.ts';

// The card of an entry stands in its page already. Here it gets a field for the quantity, and says what holds now, not when the page was written.
const card = document.querySelector<HTMLElement>('[data-offer]');
if (card) {
  const written = JSON.parse(card.dataset['offer'] ?? '') as Offer;
  let offer = written;
  let shown = cardParts(written);
  const quantity = Object.assign(document.createElement('input'), {
    inputMode: 'decimal',
    maxLength: 9,
    autocomplete: 'off',
    value: firstQuantity,
  });
  /** Only what differs is written: the rest keeps its focus and is not read out again. */
  const draw = () => {
    const parts = cardParts(offer, quantity.value, written);
    for (const name of Object.keys(parts) as (keyof typeof parts)[]) {
      const place = card.querySelector(`[data-part="${name}"]`);
      if (place && parts[name].text !== shown[name].text) place.innerHTML = parts[name].text;
    }
    shown = parts;
  };
  quantity.oninput = draw;
  card.querySelector('.one')?.replaceWith(quantity);
  // Without an answer the card says what the page was written with.
  entriesNow([written.slug]).then(
    ([now]) => {
      if (now) {
        offer = offerOf(now, written);
        draw();
      }
    },
    () => {},
  );
}
